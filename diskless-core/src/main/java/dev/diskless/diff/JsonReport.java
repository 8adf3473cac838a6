package dev.diskless.diff;

import dev.diskless.host.JsonText;
import dev.diskless.tree.Attributes;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Report of a difference as JSON for programs. It is complete, and it contains every list, even if
 * the list is empty. docs/diff.md explains each name.
 */
public final class JsonReport {

  /** Version of the format. It increases when programs that read the report must change. */
  private static final int FORMAT = 1;

  private JsonReport() {}

  /** Returns the difference as a JSON object with a line end. */
  public static String of(Difference difference) {
    Map<String, Object> all = new LinkedHashMap<>();
    all.put("format", FORMAT);
    all.put("cluster", difference.cluster());
    all.put("from", difference.from().version());
    all.put("to", difference.to().version());
    all.put("same", difference.isEmpty());
    all.put(
        "nodes",
        map(
            "count", difference.nodes(),
            "added", difference.added(),
            "removed", difference.removed(),
            "unchanged", difference.unchanged()));
    all.put(
        "settings",
        list(
            difference.settings(),
            s ->
                map(
                    "setting", s.setting(),
                    "before", s.before(),
                    "after", s.after(),
                    "nodes", s.nodes())));
    all.put(
        "images",
        list(
            difference.images(),
            i ->
                map(
                    "image",
                    i.image(),
                    "change",
                    i.kind(),
                    "packages",
                    list(
                        i.packages(),
                        p ->
                            map(
                                "name", p.name(),
                                "change", p.kind(),
                                "before", p.before(),
                                "after", p.after())))));
    all.put(
        "kernels",
        list(
            difference.kernels(),
            k ->
                map(
                    "of", k.of(),
                    "file", k.file(),
                    "change", k.kind(),
                    "before", k.before(),
                    "after", k.after())));
    all.put(
        "trees",
        list(
            difference.blocks(),
            b -> map("nodes", b.nodes(), "files", list(b.changes(), JsonReport::file))));
    all.put("boot", list(difference.boot(), JsonReport::file));
    all.put("master", list(difference.master(), JsonReport::file));
    all.put(
        "services",
        list(
            difference.services(),
            s -> map("unit", s.unit(), "action", s.verb(), "why", s.whyRestart())));
    all.put(
        "reboot", list(difference.reboots(), r -> map("reasons", r.reasons(), "nodes", r.nodes())));
    all.put("refresh", difference.refreshes());
    all.put("onlyVersion", difference.onlyVersion());
    return JsonText.of(all);
  }

  private static Map<String, Object> file(FileChange change) {
    return map(
        "path", change.path(),
        "change", change.kind(),
        "before", change.before().map(JsonReport::attributes),
        "after", change.after().map(JsonReport::attributes),
        "details", change.details(),
        "diff", change.diff(),
        "notShown", change.whyNoDiff());
  }

  private static Map<String, Object> attributes(Attributes it) {
    return map(
        "type", it.type(),
        "mode", it.mode(),
        "uid", it.uid(),
        "gid", it.gid(),
        "size", Optional.of(it.size()).filter(s -> s >= 0),
        "link", Optional.of(it.target()).filter(t -> !t.isEmpty()),
        "device", Optional.of(it.device()).filter(d -> !d.isEmpty()),
        "hardLinks", Optional.of(it.hardLinks()).filter(l -> !l.isEmpty()),
        "xattrs", Optional.of(it.xattrs()).filter(x -> !x.isEmpty()));
  }

  /** Names and values in turn; an empty {@link Optional} leaves its name out. */
  private static Map<String, Object> map(Object... namesAndValues) {
    Map<String, Object> map = new LinkedHashMap<>();
    for (int i = 0; i < namesAndValues.length; i += 2) {
      Object value = namesAndValues[i + 1];
      if (value instanceof Optional<?> optional) {
        value = optional.orElse(null);
      }
      if (value != null) {
        map.put((String) namesAndValues[i], value);
      }
    }
    return map;
  }

  private static <T> List<Map<String, Object>> list(
      List<T> all, java.util.function.Function<T, Map<String, Object>> said) {
    return all.stream().map(said).toList();
  }
}
