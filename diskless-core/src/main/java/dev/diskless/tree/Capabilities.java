package dev.diskless.tree;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.Base64;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;

/**
 * File capabilities in the form of cap_from_text(3), as getcap(8) prints them. The attribute is
 * {@code struct vfs_cap_data} of linux/capability.h: flags and revision, then 32 bits of permitted
 * and of inheritable capabilities, once or twice, in little-endian order.
 */
public final class Capabilities {

  /**
   * Names of all capabilities of Linux 6.1, in the order of their numbers
   * (include/uapi/linux/capability.h).
   */
  private static final String[] NAMES =
      ("chown,dac_override,dac_read_search,fowner,fsetid,kill,setgid,setuid,setpcap,linux_immutable"
              + ",net_bind_service,net_broadcast,net_admin,net_raw,ipc_lock,ipc_owner,sys_module"
              + ",sys_rawio,sys_chroot,sys_ptrace,sys_pacct,sys_admin,sys_boot,sys_nice,sys_resource"
              + ",sys_time,sys_tty_config,mknod,lease,audit_write,audit_control,setfcap,mac_override"
              + ",mac_admin,syslog,wake_alarm,block_suspend,audit_read,perfmon,bpf"
              + ",checkpoint_restore")
          .split(",");

  private Capabilities() {}

  /**
   * @param base64 the attribute's value
   * @return the value itself where it is of no known form
   */
  public static String text(String base64) {
    ByteBuffer value;
    try {
      value = ByteBuffer.wrap(Base64.getDecoder().decode(base64)).order(ByteOrder.LITTLE_ENDIAN);
    } catch (IllegalArgumentException e) {
      return base64;
    }
    int size = value.remaining();
    int revision = size < 4 ? 0 : value.getInt(0) >>> 24;
    boolean isKnown =
        revision == 1 && size == 12 || revision == 2 && size == 20 || revision == 3 && size == 24;
    if (!isKnown) {
      return base64;
    }
    boolean isEffective = (value.getInt(0) & 1) != 0;
    Map<String, List<String>> byFlags = new LinkedHashMap<>();
    int words = revision == 1 ? 1 : 2;
    for (int number = 0; number < 32 * words; number++) {
      int at = 4 + 8 * (number / 32);
      int bit = 1 << number % 32;
      boolean isPermitted = (value.getInt(at) & bit) != 0;
      boolean isInheritable = (value.getInt(at + 4) & bit) != 0;
      if (isPermitted || isInheritable) {
        String flags =
            (isEffective ? "e" : "") + (isInheritable ? "i" : "") + (isPermitted ? "p" : "");
        String name = number < NAMES.length ? "cap_" + NAMES[number] : Integer.toString(number);
        byFlags.computeIfAbsent(flags, f -> new ArrayList<>()).add(name);
      }
    }
    String text =
        byFlags.entrySet().stream()
            .map(f -> String.join(",", f.getValue()) + "=" + f.getKey())
            .collect(Collectors.joining(" "));
    return revision == 3 ? text + " [rootid=" + value.getInt(20) + "]" : text;
  }
}
