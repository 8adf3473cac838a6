package dev.diskless.bundle;

import dev.diskless.boot.BootFile;
import dev.diskless.model.AddressRange;
import dev.diskless.model.Cluster;
import dev.diskless.model.Group;
import dev.diskless.model.Image;
import dev.diskless.model.ImageSource;
import dev.diskless.model.Link;
import dev.diskless.model.Master;
import dev.diskless.model.Mount;
import dev.diskless.model.Network;
import dev.diskless.model.Node;
import dev.diskless.model.Secret;
import dev.diskless.tree.TreePath;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/**
 * What a bundle says of itself, for programs. The names are the descriptor's, so that who can read
 * the one can read the other; secrets are in neither.
 */
public final class BundleJson {

  private BundleJson() {}

  static String bundle(BundleContents contents, Instant timestamp, String pluginVersion) {
    Cluster cluster = contents.cluster();
    Map<String, Object> images = new LinkedHashMap<>();
    for (ImagePart image : contents.images()) {
      Map<String, Object> said = new LinkedHashMap<>();
      said.put("packages", image.packages().size());
      TreePath kernels = TreePath.of(cluster.release().imageKernels(image.name()));
      for (BootFile file : contents.bootFiles()) {
        if (file.image().equals(Optional.of(image.name()))
            && file.name().parentOrRoot().equals(kernels)) {
          said.put(file.name().rawName(), file.entry().path().toString());
        }
      }
      images.put(image.name(), said);
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
    return JsonText.of(bundle) + "\n";
  }

  /** The whole model, ranges counted out and inheritance done. */
  public static String cluster(Cluster cluster) {
    Map<String, Object> all = new LinkedHashMap<>();
    all.put("cluster", cluster.name());
    cluster.domain().ifPresent(d -> all.put("domain", d));
    all.put("version", cluster.version());
    all.put("profile", cluster.profile().keyword());
    if (cluster.hasOneMaster()) {
      all.put("master", master(cluster, cluster.master()));
    } else {
      all.put("masters", cluster.masters().stream().map(m -> master(cluster, m)).toList());
    }
    all.put("networks", cluster.networks().stream().map(n -> network(cluster, n)).toList());
    Map<String, Object> images = new LinkedHashMap<>();
    for (Image image : cluster.images()) {
      images.put(image.name(), source(image.source()));
    }
    all.put("images", images);
    Map<String, Object> groups = new LinkedHashMap<>();
    for (Group group : cluster.groups()) {
      groups.put(group.name(), group(group));
    }
    all.put("groups", groups);
    all.put("nodes", cluster.nodes().stream().map(BundleJson::node).toList());
    all.put("resources", cluster.resources());
    return JsonText.of(all) + "\n";
  }

  private static Map<String, Object> master(Cluster cluster, Master master) {
    Map<String, Object> said = new LinkedHashMap<>();
    said.put("name", master.name());
    said.put("address", master.address().toString());
    cluster
        .findNetwork(master.address())
        .flatMap(n -> n.address6(master.address()))
        .ifPresent(a -> said.put("address6", a.toString()));
    said.put("interface", master.interfaceName());
    said.put("dhcp", master.dhcp().keyword());
    said.put("proxyDhcp", master.proxyDhcp());
    said.put("nfs", master.nfs().keyword());
    said.put("dns", master.dns().keyword());
    said.put("directory", master.directory());
    return said;
  }

  private static Map<String, Object> network(Cluster cluster, Network network) {
    Map<String, Object> said = new LinkedHashMap<>();
    if (!cluster.hasOneMaster()) {
      said.put("master", network.master().orElseThrow().name());
    }
    said.put("subnet", network.subnet().toString());
    network.subnet6().ifPresent(s -> said.put("subnet6", s.toString()));
    network.gateway().ifPresent(g -> said.put("gateway", g.toString()));
    said.put("dns", network.dns().stream().map(Object::toString).toList());
    network.pool().map(AddressRange::toString).ifPresent(p -> said.put("pool", p));
    said.put(
        "lease",
        Map.of(
            "default", network.lease().standard().toSeconds() + "s",
            "max", network.lease().max().toSeconds() + "s"));
    return said;
  }

  private static Map<String, Object> source(ImageSource source) {
    Map<String, Object> said = new TreeMap<>();
    if (source instanceof ImageSource.Directory directory) {
      said.put("directory", directory.path());
      if (!directory.mounted().isEmpty()) {
        said.put("mounted", directory.mounted());
      }
    } else if (source instanceof ImageSource.Archive archive) {
      said.put("archive", archive.path());
    } else if (source instanceof ImageSource.Artifact artifact) {
      said.put("artifact", artifact.toString());
    } else if (source instanceof ImageSource.Debian debian) {
      Map<String, Object> inner = new LinkedHashMap<>();
      inner.put("suite", debian.suite());
      debian.architecture().ifPresent(a -> inner.put("architecture", a));
      inner.put("components", debian.components());
      inner.put("packages", debian.packages());
      said.put("debian", inner);
    }
    return said;
  }

  private static Map<String, Object> group(Group group) {
    Map<String, Object> said = new LinkedHashMap<>();
    said.put("lineage", group.lineage());
    said.put("image", group.image());
    said.put("root", group.root().keyword());
    said.put("boot", group.boot().keyword());
    said.put("initramfs", group.initramfs().keyword());
    said.put("interface", group.interfaceName());
    said.put("networkConfig", group.networkConfig().keyword());
    said.put("remoteLogin", group.remoteLogin().keyword());
    said.put("membersKey", group.membersKey());
    said.put("log", group.log().keyword());
    Map<String, Object> hardware = new LinkedHashMap<>();
    group.hardware().cpus().ifPresent(n -> hardware.put("cpus", n));
    group.hardware().memory().ifPresent(n -> hardware.put("memory", n + "M"));
    if (!hardware.isEmpty()) {
      said.put("hardware", hardware);
    }
    if (!group.links().isEmpty()) {
      Map<String, Object> links = new LinkedHashMap<>();
      group.links().forEach(l -> links.put(l.name(), link(l)));
      said.put("interfaces", links);
    }
    said.put("kernelArgs", group.kernelArgs());
    said.put("mounts", group.mounts().stream().map(BundleJson::mount).toList());
    said.put("resources", group.resources());
    if (!group.keeping().state().isEmpty()) {
      said.put("state", group.keeping().state());
    }
    if (!group.keeping().secrets().isEmpty()) {
      said.put("secret", group.keeping().secrets().stream().map(BundleJson::secret).toList());
    }
    return said;
  }

  private static Map<String, Object> link(Link link) {
    Map<String, Object> said = new LinkedHashMap<>();
    link.mtu().ifPresent(n -> said.put("mtu", n));
    link.bond()
        .ifPresent(
            b -> {
              said.put("bond", b.members());
              said.put("mode", b.mode());
            });
    link.vlan()
        .ifPresent(
            v -> {
              said.put("vlan", v.id());
              said.put("parent", v.parent());
            });
    return said;
  }

  /** What it is called and whose it is; what it holds is not known here. */
  private static Map<String, Object> secret(Secret secret) {
    Map<String, Object> said = new LinkedHashMap<>();
    said.put("path", secret.path());
    said.put("scope", secret.scope().keyword());
    said.put("from", secret.origin().keyword());
    said.put("owner", KeptLines.of(secret.owner()));
    said.put("group", KeptLines.of(secret.group()));
    said.put("mode", "%04o".formatted(secret.mode()));
    return said;
  }

  private static Map<String, Object> mount(Mount mount) {
    Map<String, Object> said = new LinkedHashMap<>();
    said.put("path", mount.path());
    mount.from().ifPresent(f -> said.put("from", f));
    said.put("access", mount.access().keyword());
    said.put("options", List.copyOf(mount.options()));
    return said;
  }

  private static Map<String, Object> node(Node node) {
    Map<String, Object> said = new LinkedHashMap<>();
    said.put("name", node.name());
    said.put("mac", node.mac().toColonDelimitedString());
    said.put("address", node.address().toString());
    said.put("group", node.group().name());
    if (!node.addresses().isEmpty()) {
      Map<String, Object> addresses = new LinkedHashMap<>();
      node.addresses().forEach((link, address) -> addresses.put(link, address.toString()));
      said.put("addresses", addresses);
    }
    if (!node.resources().isEmpty()) {
      said.put("resources", node.resources());
    }
    return said;
  }
}
