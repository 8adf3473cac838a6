package dev.diskless.model;

import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;

/**
 * What nodes have in common, with all that it inherits already in place.
 *
 * @param name unique
 * @param lineage the groups it extends, the farthest first, and itself last
 * @param image the name of its image
 * @param root how its nodes get their root
 * @param boot the loader of its nodes
 * @param initramfs where the first root of its nodes comes from; none only with a full root
 * @param interfaceName the NIC that its nodes boot from, as the node's kernel names it
 * @param networkConfig what configures the network on its nodes
 * @param remoteLogin how one logs in
 * @param kernelArgs appended to the kernel's command line
 * @param mounts in the order of mounting; paths unique
 * @param authorizedKeys public keys of those who may log in as root
 * @param resources free-form values for templates, in the order written
 * @param keeping what the master keeps of its nodes outside of releases
 */
public record Group(
    String name,
    List<String> lineage,
    String image,
    RootMode root,
    BootMethod boot,
    InitramfsSource initramfs,
    String interfaceName,
    NetworkConfig networkConfig,
    RemoteLogin remoteLogin,
    List<String> kernelArgs,
    List<Mount> mounts,
    List<String> authorizedKeys,
    Map<String, Object> resources,
    Keeping keeping) {

  /** A group of which nothing is kept but what always is. */
  public Group(
      String name,
      List<String> lineage,
      String image,
      RootMode root,
      BootMethod boot,
      InitramfsSource initramfs,
      String interfaceName,
      NetworkConfig networkConfig,
      RemoteLogin remoteLogin,
      List<String> kernelArgs,
      List<Mount> mounts,
      List<String> authorizedKeys,
      Map<String, Object> resources) {
    this(
        name,
        lineage,
        image,
        root,
        boot,
        initramfs,
        interfaceName,
        networkConfig,
        remoteLogin,
        kernelArgs,
        mounts,
        authorizedKeys,
        resources,
        Keeping.NOTHING);
  }

  public Group {
    HostNames.requireLabel(name);
    lineage = List.copyOf(lineage);
    if (lineage.isEmpty() || !lineage.get(lineage.size() - 1).equals(name)) {
      throw new IllegalArgumentException("the lineage of " + name + " must end in it: " + lineage);
    }
    Objects.requireNonNull(image, "image");
    Objects.requireNonNull(root, "root");
    Objects.requireNonNull(boot, "boot");
    Objects.requireNonNull(initramfs, "initramfs");
    if (initramfs == InitramfsSource.NONE && root != RootMode.FULL) {
      throw new IllegalArgumentException("root: " + root.keyword() + " needs an initramfs");
    }
    Objects.requireNonNull(interfaceName, "interfaceName");
    Objects.requireNonNull(networkConfig, "networkConfig");
    Objects.requireNonNull(remoteLogin, "remoteLogin");
    kernelArgs = List.copyOf(kernelArgs);
    mounts = List.copyOf(mounts);
    authorizedKeys = List.copyOf(authorizedKeys);
    resources = Collections.unmodifiableMap(new LinkedHashMap<>(resources));
    Objects.requireNonNull(keeping, "keeping");
  }
}
