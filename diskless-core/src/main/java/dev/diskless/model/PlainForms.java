package dev.diskless.model;

import inet.ipaddr.IPAddress;
import inet.ipaddr.IPAddressString;
import inet.ipaddr.MACAddressString;
import inet.ipaddr.mac.MACAddress;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.function.Function;

/** Plain forms of the types in the model that are not records: words, addresses, durations. */
final class PlainForms {

  /**
   * Plain form of one type.
   *
   * @param type class of the values
   * @param write returns the plain form of a value
   * @param read returns the value of a plain form
   */
  private record Form<T>(
      Class<T> type, Function<? super T, Object> write, Function<Object, ? extends T> read) {

    Object written(Object value) {
      return write.apply(type.cast(value));
    }
  }

  private static final List<Form<?>> FORMS =
      List.of(
          new Form<>(IPAddress.class, Object::toString, PlainForms::address),
          new Form<>(
              MACAddress.class,
              a -> a.toColonDelimitedString().toLowerCase(Locale.ROOT),
              PlainForms::mac),
          new Form<>(Duration.class, d -> d.toSeconds() + "s", PlainForms::duration),
          new Form<>(AddressRange.class, AddressRange::toString, PlainForms::range),
          new Form<>(Owner.class, PlainForms::owner, PlainForms::owner),
          new Form<>(ImageSource.class, ImageSourceForm::write, ImageSourceForm::read),
          new Form<>(Monitoring.class, PlainForms::monitoring, PlainForms::monitoring));

  private PlainForms() {}

  private static Optional<Form<?>> form(Class<?> type) {
    return FORMS.stream().filter(f -> f.type().isAssignableFrom(type)).findFirst();
  }

  /** Whether values of a type have one plain form, which {@link #write} returns. */
  static boolean has(Class<?> type) {
    return Keyword.class.isAssignableFrom(type) || form(type).isPresent();
  }

  /** Returns the plain form of a value whose type {@link #has} one. */
  static Object write(Object value) {
    return value instanceof Keyword word
        ? word.keyword()
        : form(value.getClass()).orElseThrow().written(value);
  }

  /**
   * Returns a value that {@link #write} wrote.
   *
   * @throws IllegalArgumentException if it is not a value of this type
   */
  static Object read(Class<?> type, Object plain) {
    if (type.isEnum()) {
      return Arrays.stream(type.getEnumConstants())
          .filter(e -> ((Keyword) e).keyword().equals(plain))
          .findFirst()
          .orElseThrow(() -> new IllegalArgumentException("not a valid word: " + plain));
    }
    return form(type).orElseThrow().read().apply(plain);
  }

  private static IPAddress address(Object text) {
    return Optional.ofNullable(new IPAddressString(text.toString()).getAddress())
        .orElseThrow(() -> new IllegalArgumentException("not an address: " + text));
  }

  private static MACAddress mac(Object text) {
    return Optional.ofNullable(new MACAddressString(text.toString()).getAddress())
        .orElseThrow(() -> new IllegalArgumentException("not a MAC address: " + text));
  }

  private static Duration duration(Object text) {
    return Duration.ofSeconds(Long.parseLong(text.toString().replaceFirst("s$", "")));
  }

  private static AddressRange range(Object text) {
    String[] ends = text.toString().split("-", 2);
    return new AddressRange(address(ends[0]), address(ends[ends.length - 1]));
  }

  private static Object owner(Owner owner) {
    return owner instanceof Owner.Id id ? Long.toString(id.id()) : ((Owner.Name) owner).name();
  }

  private static Owner owner(Object text) {
    String owner = text.toString();
    return owner.matches("[0-9]+") ? new Owner.Id(Long.parseLong(owner)) : new Owner.Name(owner);
  }

  /**
   * Writes a word if nothing else differs from the defaults, as the short form of the descriptor.
   */
  private static Object monitoring(Monitoring monitoring) {
    return monitoring.equals(Monitoring.of(monitoring.with()))
        ? monitoring.with().keyword()
        : RecordValues.write(monitoring);
  }

  private static Monitoring monitoring(Object plain) {
    if (plain instanceof Map<?, ?> values) {
      Map<String, Object> byKey = new LinkedHashMap<>();
      values.forEach((key, value) -> byKey.put((String) key, value));
      return RecordValues.read(Monitoring.class, byKey);
    }
    return Monitoring.of((Collector) read(Collector.class, plain));
  }

  /**
   * Sources of images, by the key that names their kind. Mirrors, further lines of sources.list(5)
   * and excluded paths are left out: a URL can contain a password, and no reader needs them.
   */
  private static final class ImageSourceForm {

    static Map<String, Object> write(ImageSource source) {
      if (source instanceof ImageSource.Directory directory) {
        Map<String, Object> values = new LinkedHashMap<>();
        values.put("directory", directory.path());
        if (!directory.mounted().isEmpty()) {
          values.put("mounted", directory.mounted());
        }
        return values;
      }
      if (source instanceof ImageSource.Archive archive) {
        return Map.of("archive", archive.path());
      }
      if (source instanceof ImageSource.Artifact artifact) {
        return Map.of("artifact", artifact.toString());
      }
      ImageSource.Debian debian = (ImageSource.Debian) source;
      Map<String, Object> values = new LinkedHashMap<>();
      values.put("suite", debian.suite());
      debian.architecture().ifPresent(a -> values.put("architecture", a));
      values.put("components", debian.components());
      values.put("packages", debian.packages());
      return Map.of("debian", values);
    }

    static ImageSource read(Object plain) {
      Map<?, ?> values = (Map<?, ?>) plain;
      if (values.get("directory") instanceof String path) {
        return new ImageSource.Directory(path, List.of(), texts(values.get("mounted")));
      }
      if (values.get("archive") instanceof String path) {
        return new ImageSource.Archive(path);
      }
      if (values.get("artifact") instanceof String artifact) {
        return artifact(artifact.split(":"));
      }
      if (values.get("debian") instanceof Map<?, ?> debian) {
        return new ImageSource.Debian(
            Objects.toString(debian.get("suite"), ""),
            Optional.ofNullable((String) debian.get("architecture")),
            Optional.empty(),
            texts(debian.get("components")),
            texts(debian.get("packages")),
            List.of());
      }
      throw new IllegalArgumentException("an image has no source: " + values.keySet());
    }

    private static ImageSource artifact(String[] words) {
      if (words.length < 4 || words.length > 5) {
        throw new IllegalArgumentException("not an artifact: " + String.join(":", words));
      }
      String classifier = words.length == 5 ? words[3] : "";
      return new ImageSource.Artifact(
          words[0], words[1], words[2], classifier, words[words.length - 1]);
    }

    private static List<String> texts(Object list) {
      List<String> texts = new ArrayList<>();
      if (list instanceof List<?> items) {
        items.forEach(i -> texts.add(String.valueOf(i)));
      }
      return Collections.unmodifiableList(texts);
    }
  }
}
