package dev.diskless.model;

import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;

/**
 * Settings that nodes have in common, with everything that the group inherits. A new key belongs to
 * one of the parts; readers of the descriptor, {@code cluster.json} and templates find it there.
 *
 * @param name unique
 * @param lineage names of the groups that this group extends, the farthest first, itself last
 * @param image name of the image
 * @param start how the nodes start
 * @param network interfaces of the nodes
 * @param login who logs in to the nodes
 * @param system settings of the operating system
 * @param keeping files of the nodes that the master keeps outside of releases
 * @param hardware of each node, as far as the descriptor describes it
 * @param mounts in the order of mounting; paths unique
 * @param resources free-form values for templates, in the order written
 */
public record Group(
    String name,
    List<String> lineage,
    String image,
    @Part BootSettings start,
    @Part NetworkSettings network,
    @Part LoginSettings login,
    @Part SystemSettings system,
    @Part Keeping keeping,
    Hardware hardware,
    List<Mount> mounts,
    Map<String, Object> resources) {

  public Group {
    HostNames.requireLabel(name);
    lineage = List.copyOf(lineage);
    if (lineage.isEmpty() || !lineage.get(lineage.size() - 1).equals(name)) {
      throw new IllegalArgumentException("the lineage of " + name + " must end in it: " + lineage);
    }
    Objects.requireNonNull(image, "image");
    Objects.requireNonNull(start, "start");
    Objects.requireNonNull(network, "network");
    Objects.requireNonNull(login, "login");
    Objects.requireNonNull(system, "system");
    Objects.requireNonNull(keeping, "keeping");
    Objects.requireNonNull(hardware, "hardware");
    mounts = List.copyOf(mounts);
    resources = Collections.unmodifiableMap(new LinkedHashMap<>(resources));
  }

  public RootMode root() {
    return start.root();
  }

  public BootMethod boot() {
    return start.boot();
  }

  public InitramfsSource initramfs() {
    return start.initramfs();
  }

  public Optional<String> kernel() {
    return start.kernel();
  }

  public List<String> kernelArgs() {
    return start.kernelArgs();
  }

  public String interfaceName() {
    return network.interfaceName();
  }

  public NetworkConfig networkConfig() {
    return network.networkConfig();
  }

  public List<Link> links() {
    return network.links();
  }

  public RemoteLogin remoteLogin() {
    return login.remoteLogin();
  }

  public boolean membersKey() {
    return login.membersKey();
  }

  public List<String> authorizedKeys() {
    return login.authorizedKeys();
  }

  public CentralLog log() {
    return system.log();
  }

  /** Starts a group. It needs an image; other keys have the defaults of the descriptor. */
  public static Builder of(String name) {
    return new Builder(Map.of()).name(name).lineage(List.of(name));
  }

  /** Starts a group with all keys of this group. */
  public Builder toBuilder() {
    return new Builder(RecordValues.write(this));
  }

  /** Collects the keys of a group, as the descriptor names them. Not thread-safe. */
  public static final class Builder {

    private final Map<String, Object> values;

    private Builder(Map<String, Object> values) {
      this.values = new LinkedHashMap<>(values);
    }

    /**
     * Sets a key.
     *
     * @param key of the descriptor, such as {@code remoteLogin}
     * @param value plain as in the descriptor, or of the type in the model
     */
    public Builder set(String key, Object value) {
      values.put(key, value);
      return this;
    }

    public Builder lineage(List<String> value) {
      return set("lineage", value);
    }

    /** Sets another name. The lineage then needs to end in this name, too. */
    public Builder name(String value) {
      return set("name", value);
    }

    public Builder image(String value) {
      return set("image", value);
    }

    public Builder root(RootMode value) {
      return set("root", value);
    }

    public Builder boot(BootMethod value) {
      return set("boot", value);
    }

    public Builder initramfs(InitramfsSource value) {
      return set("initramfs", value);
    }

    public Builder kernel(String value) {
      return set("kernel", value);
    }

    public Builder interfaceName(String value) {
      return set("interface", value);
    }

    public Builder networkConfig(NetworkConfig value) {
      return set("networkConfig", value);
    }

    public Builder membersKey(boolean value) {
      return set("membersKey", value);
    }

    public Builder remoteLogin(RemoteLogin value) {
      return set("remoteLogin", value);
    }

    public Builder kernelArgs(List<String> value) {
      return set("kernelArgs", value);
    }

    public Builder mounts(List<Mount> value) {
      return set("mounts", value);
    }

    public Builder authorizedKeys(List<String> value) {
      return set("authorizedKeys", value);
    }

    public Builder resources(Map<String, Object> value) {
      return set("resources", value);
    }

    public Builder keeping(Keeping value) {
      return set("state", value.state()).set("secret", value.secrets());
    }

    public Builder log(CentralLog value) {
      return set("log", value);
    }

    public Builder hardware(Hardware value) {
      return set("hardware", value);
    }

    public Builder links(List<Link> value) {
      return set("interfaces", value);
    }

    /**
     * Returns the group.
     *
     * @throws IllegalArgumentException if the image is missing or values contradict each other
     */
    public Group build() {
      return RecordValues.read(Group.class, values);
    }
  }
}
