package dev.diskless.lab;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * Command lines of qemu-system-x86_64(1). Each machine connects to an {@link EthernetSwitch}
 * through a unix socket. No frame leaves these processes, and the host's network is not used.
 *
 * @param program path of QEMU
 * @param accelerator accelerator of all machines
 * @param processor processor of all machines; empty for the accelerator's default
 * @param folder folder for consoles and other output
 * @param sockets sockets of the switch, the master's first
 * @param nodeMegabytes memory of a node, in MB
 */
record QemuCommand(
    String program,
    Accelerator accelerator,
    Optional<String> processor,
    Path folder,
    List<Path> sockets,
    int nodeMegabytes) {

  private static final String BIOS_MACHINE = "pc";

  /** Doubles commas, because a single comma ends the value of an option. */
  private static String escape(Object value) {
    return value.toString().replace(",", ",,");
  }

  private List<String> machine(String name, String type, int processors, int megabytes) {
    List<String> command = new ArrayList<>();
    command.add(program);
    command.addAll(List.of("-name", escape(name), "-nodefaults", "-no-user-config"));
    // graphics=off: the firmware, too, writes to the serial console.
    command.addAll(List.of("-machine", type + ",graphics=off"));
    command.addAll(accelerator.arguments(processor));
    command.addAll(List.of("-smp", Integer.toString(processors), "-m", megabytes + "M"));
    command.addAll(List.of("-display", "none", "-vga", "none", "-monitor", "none"));
    command.addAll(
        List.of("-chardev", "file,id=console,append=on,path=" + escape(console(name)), "-serial"));
    command.add("chardev:console");
    command.addAll(List.of("-device", "virtio-rng-pci"));
    return command;
  }

  /** Returns the file that contains the output of a machine's serial console. */
  Path console(String name) {
    return folder.resolve(name + ".console");
  }

  /** Returns the store of variables of a node's UEFI. */
  Path variables(String name) {
    return folder.resolve(name + ".vars");
  }

  private static String machineType(Firmware firmware) {
    return switch (firmware) {
      case BIOS -> BIOS_MACHINE;
      case UEFI -> "q35";
      case SECURE_BOOT -> "q35,smm=on";
    };
  }

  private static void flash(List<String> command, int unit, Path file, String options) {
    command.add("-drive");
    command.add("if=pflash,unit=%d,format=raw,file=%s,%s".formatted(unit, escape(file), options));
  }

  private void wire(List<String> command, int port) {
    command.add("-netdev");
    command.add("stream,id=wire,server=off,addr.type=unix,addr.path=" + escape(sockets.get(port)));
  }

  /**
   * Returns the command line of the master.
   *
   * @param kernel kernel, started without a loader
   * @param initrd the whole root file system
   * @param bundle bundle, attached as a read-only disk
   * @param earlier another bundle, also a read-only disk; may be absent
   * @param disk disk for the release
   */
  List<String> master(
      Path kernel,
      Path initrd,
      String arguments,
      Path bundle,
      Optional<Path> earlier,
      Path disk,
      String mac) {
    List<String> command = machine("master", BIOS_MACHINE, 2, 2048);
    command.addAll(List.of("-kernel", kernel.toString(), "-initrd", initrd.toString()));
    command.addAll(List.of("-append", arguments));
    drive(command, "bundle", bundle, "readonly=on");
    earlier.ifPresent(file -> drive(command, "earlier", file, "readonly=on"));
    drive(command, "release", disk, "cache=unsafe,discard=unmap");
    command.addAll(List.of("-device", "virtio-serial-pci"));
    port(command, "lab");
    port(command, "log");
    wire(command, 0);
    command.addAll(List.of("-device", "virtio-net-pci,netdev=wire,romfile=,mac=" + mac));
    return command;
  }

  private static void drive(List<String> command, String name, Path file, String options) {
    command.add("-drive");
    command.add("if=none,id=%s,format=raw,file=%s,%s".formatted(name, escape(file), options));
    command.add("-device");
    command.add("virtio-blk-pci,drive=%s,serial=%s".formatted(name, name));
  }

  private static void medium(List<String> command, Path file, String device) {
    command.add("-drive");
    command.add("if=none,id=medium,format=raw,readonly=on,file=" + escape(file));
    command.addAll(List.of("-device", device + ",drive=medium,bootindex=1"));
  }

  private void port(List<String> command, String name) {
    command.add("-chardev");
    command.add("file,id=%s,path=%s".formatted(name, escape(folder.resolve("master." + name))));
    command.add("-device");
    command.add("virtserialport,chardev=%s,name=diskless.%s".formatted(name, name));
  }

  /**
   * Returns the command line of a node, which has no disk and starts from the network or a medium.
   *
   * @param macs MAC addresses of the cards; the node boots from the first
   * @param port port of the switch for the first card; further cards use the next ports. The master
   *     has port 0
   * @param medium medium in the drive or USB port; present if the node starts from it
   * @param once whether the machine ends when its system reboots
   */
  List<String> node(
      String name, List<String> macs, int port, Start start, Optional<Path> medium, boolean once) {
    // Firmware and loaders wait for each packet in a loop. The master must have priority over them,
    // or each of their packets waits for the host's scheduler.
    List<String> command = new ArrayList<>(List.of("nice", "-n", "10"));
    command.addAll(machine(name, machineType(start.firmware()), 1, nodeMegabytes));
    if (once) {
      command.add("-no-reboot");
    }
    String card = "virtio-net-pci,netdev=wire,mac=" + macs.get(0);
    switch (start.device()) {
      case NETWORK -> {
        command.addAll(List.of("-boot", "n"));
        card += ",bootindex=1";
      }
      case USB -> {
        command.addAll(List.of("-device", "qemu-xhci"));
        medium(command, medium.orElseThrow(), "usb-storage,removable=on");
      }
      case CD -> medium(command, medium.orElseThrow(), "ide-cd");
    }
    if (start.firmware().isUefi()) {
      if (start.firmware() == Firmware.SECURE_BOOT) {
        // Only code in system management mode can change the variables that keep the keys.
        command.addAll(List.of("-global", "driver=cfi.pflash01,property=secure,value=on"));
      }
      flash(command, 0, Ovmf.DEBIAN.code(start.firmware()), "readonly=on");
      flash(command, 1, variables(name), "cache=unsafe");
    }
    if (start.firmware().isUefi() || start.hasMedium()) {
      // The card's own ROM is iPXE: UEFI would run it in place of its own PXE, and a machine that
      // needs a medium has none.
      card += ",romfile=";
    }
    if (start.firmware() == Firmware.SECURE_BOOT && start.hasMedium()) {
      // OVMF starts the drivers of what it may boot from, and the signed GRUB has only the
      // firmware's network.
      card += ",bootindex=2";
    }
    wire(command, port);
    command.addAll(List.of("-device", card));
    for (int other = 1; other < macs.size(); other++) {
      command.add("-netdev");
      command.add(
          "stream,id=wire%d,server=off,addr.type=unix,addr.path=%s"
              .formatted(other, escape(sockets.get(port + other))));
      command.add("-device");
      command.add("virtio-net-pci,netdev=wire%d,romfile=,mac=%s".formatted(other, macs.get(other)));
    }
    return command;
  }

  /**
   * Returns the command line of a machine with only a kernel, to test whether a kernel starts at
   * all.
   */
  List<String> kernelOnly(Path kernel) {
    List<String> command = machine("probe", BIOS_MACHINE, 1, 256);
    command.addAll(List.of("-no-reboot", "-kernel", kernel.toString()));
    command.addAll(List.of("-append", "console=ttyS0 panic=-1"));
    return command;
  }
}
