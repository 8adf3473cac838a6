package dev.diskless.bundle;

import dev.diskless.boot.BootFile;
import dev.diskless.host.JsonText;
import dev.diskless.model.Cluster;
import dev.diskless.model.ClusterJson;
import dev.diskless.model.Group;
import dev.diskless.model.Master;
import dev.diskless.tree.TreePath;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * JSON descriptions of a bundle and its cluster, for programs. The keys have the names of the
 * descriptor. The descriptions contain no secrets.
 */
public final class BundleJson {

  private BundleJson() {}

  static String bundle(BundleContents contents, Instant timestamp, String pluginVersion) {
    Cluster cluster = contents.cluster();
    Map<String, Object> images = new LinkedHashMap<>();
    for (ImagePart image : contents.images()) {
      Map<String, Object> said = new LinkedHashMap<>();
      said.put("packages", image.packages().size());
      said.putAll(kernel(contents, cluster.release().imageKernels(image.name())));
      images.put(image.name(), said);
    }
    Map<String, Object> groups = new LinkedHashMap<>();
    for (Group group : cluster.usedGroups()) {
      Map<String, Object> kernel = kernel(contents, cluster.release().groupKernels(group));
      if (!kernel.isEmpty()) {
        groups.put(group.name(), kernel);
      }
    }
    Map<String, Object> bundle = new LinkedHashMap<>();
    bundle.put("format", BundleLayout.FORMAT);
    bundle.put("cluster", cluster.name());
    bundle.put("version", cluster.version());
    bundle.put("plugin", pluginVersion);
    bundle.put("timestamp", timestamp.toString());
    bundle.put("release", cluster.release().path());
    if (!cluster.hasOneMaster()) {
      bundle.put("masters", cluster.masters().stream().map(Master::name).toList());
    }
    bundle.put("nodes", cluster.nodes().size());
    bundle.put("images", images);
    if (!groups.isEmpty()) {
      bundle.put("groups", groups);
    }
    return JsonText.sorted(bundle);
  }

  /** Returns the paths in the image of a kernel and its initramfs, by their names when served. */
  private static Map<String, Object> kernel(BundleContents contents, String directory) {
    TreePath kernels = TreePath.of(directory);
    Map<String, Object> paths = new LinkedHashMap<>();
    for (BootFile file : contents.bootFiles()) {
      if (file.image().isPresent() && file.name().parentOrRoot().equals(kernels)) {
        paths.put(file.name().rawName(), file.entry().path().toString());
      }
    }
    return paths;
  }

  /** Returns the model as the bundle has it. */
  public static String cluster(Cluster cluster) {
    return JsonText.sorted(ClusterJson.values(cluster));
  }
}
