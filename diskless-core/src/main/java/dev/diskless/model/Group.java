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
 * @param membersKey whether root of its nodes has the key of all members, and is let in by it; only
 *     where one logs in by ssh
 * @param kernelArgs appended to the kernel's command line
 * @param mounts in the order of mounting; paths unique
 * @param authorizedKeys public keys of those who may log in as root
 * @param resources free-form values for templates, in the order written
 * @param keeping what the master keeps of its nodes outside of releases
 * @param log where the system log of its nodes goes
 * @param hardware of each of its nodes, as far as it is told
 * @param links its nodes' interfaces beside the one of the boot, each after what it is made of
 */
public record Group(
    String name,
    List<String> lineage,
    String image,
    @Key(defaultsTo = "full") RootMode root,
    @Key(defaultsTo = "pxelinux") BootMethod boot,
    @Key(defaultsTo = "image") InitramfsSource initramfs,
    @Key(value = "interface", defaultsTo = "eth0") String interfaceName,
    @Key(defaultsTo = "ifupdown") NetworkConfig networkConfig,
    @Key(defaultsTo = "ssh") RemoteLogin remoteLogin,
    @Key(defaultsTo = "true") boolean membersKey,
    List<String> kernelArgs,
    List<Mount> mounts,
    List<String> authorizedKeys,
    Map<String, Object> resources,
    @Part Keeping keeping,
    @Key(defaultsTo = "syslog") CentralLog log,
    Hardware hardware,
    @Key(value = "interfaces", byName = true, omitEmpty = true) List<Link> links) {

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
    Objects.requireNonNull(log, "log");
    Objects.requireNonNull(hardware, "hardware");
    links = List.copyOf(links);
  }

  /** Makes a group of that name. It needs an image; all else is as where a descriptor is silent. */
  public static Builder of(String name) {
    return new Builder(name);
  }

  /** A builder that has all of this group. */
  public Builder toBuilder() {
    Builder builder = new Builder(name);
    builder.lineage = lineage;
    builder.image = image;
    builder.root = root;
    builder.boot = boot;
    builder.initramfs = initramfs;
    builder.interfaceName = interfaceName;
    builder.networkConfig = networkConfig;
    builder.remoteLogin = remoteLogin;
    builder.membersKey = membersKey;
    builder.kernelArgs = kernelArgs;
    builder.mounts = mounts;
    builder.authorizedKeys = authorizedKeys;
    builder.resources = resources;
    builder.keeping = keeping;
    builder.log = log;
    builder.hardware = hardware;
    builder.links = links;
    return builder;
  }

  /** Makes a group, key by key as a descriptor has them. Not thread-safe. */
  public static final class Builder {

    private String name;
    private List<String> lineage;
    private String image;
    private RootMode root = RootMode.FULL;
    private BootMethod boot = BootMethod.PXELINUX;
    private InitramfsSource initramfs = InitramfsSource.IMAGE;
    private String interfaceName = "eth0";
    private NetworkConfig networkConfig = NetworkConfig.IFUPDOWN;
    private RemoteLogin remoteLogin = RemoteLogin.SSH;
    private boolean membersKey = true;
    private List<String> kernelArgs = List.of();
    private List<Mount> mounts = List.of();
    private List<String> authorizedKeys = List.of();
    private Map<String, Object> resources = Map.of();
    private Keeping keeping = Keeping.NOTHING;
    private CentralLog log = CentralLog.SYSLOG;
    private Hardware hardware = Hardware.UNKNOWN;
    private List<Link> links = List.of();

    private Builder(String name) {
      this.name = name;
      this.lineage = List.of(name);
    }

    public Builder lineage(List<String> value) {
      lineage = value;
      return this;
    }

    /** Another name, for a group that is like it; its lineage then needs another, too. */
    public Builder name(String value) {
      name = value;
      return this;
    }

    public Builder image(String value) {
      image = value;
      return this;
    }

    public Builder root(RootMode value) {
      root = value;
      return this;
    }

    public Builder boot(BootMethod value) {
      boot = value;
      return this;
    }

    public Builder initramfs(InitramfsSource value) {
      initramfs = value;
      return this;
    }

    public Builder interfaceName(String value) {
      interfaceName = value;
      return this;
    }

    public Builder networkConfig(NetworkConfig value) {
      networkConfig = value;
      return this;
    }

    public Builder membersKey(boolean value) {
      membersKey = value;
      return this;
    }

    public Builder remoteLogin(RemoteLogin value) {
      remoteLogin = value;
      return this;
    }

    public Builder kernelArgs(List<String> value) {
      kernelArgs = value;
      return this;
    }

    public Builder mounts(List<Mount> value) {
      mounts = value;
      return this;
    }

    public Builder authorizedKeys(List<String> value) {
      authorizedKeys = value;
      return this;
    }

    public Builder resources(Map<String, Object> value) {
      resources = value;
      return this;
    }

    public Builder keeping(Keeping value) {
      keeping = value;
      return this;
    }

    public Builder log(CentralLog value) {
      log = value;
      return this;
    }

    public Builder hardware(Hardware value) {
      hardware = value;
      return this;
    }

    public Builder links(List<Link> value) {
      links = value;
      return this;
    }

    /**
     * @throws IllegalArgumentException if these cannot be together
     */
    public Group build() {
      return new Group(
          name,
          lineage,
          image,
          root,
          boot,
          initramfs,
          interfaceName,
          networkConfig,
          remoteLogin,
          membersKey && remoteLogin == RemoteLogin.SSH,
          kernelArgs,
          mounts,
          authorizedKeys,
          resources,
          keeping,
          log,
          hardware,
          links);
    }
  }
}
