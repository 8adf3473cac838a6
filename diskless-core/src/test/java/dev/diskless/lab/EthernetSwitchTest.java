package dev.diskless.lab;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.net.UnixDomainSocketAddress;
import java.nio.channels.Channels;
import java.nio.channels.SocketChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.RepeatedTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(60)
class EthernetSwitchTest {

  private static final byte[] BROADCAST = {-1, -1, -1, -1, -1, -1};

  private Path folder;
  private EthernetSwitch wires;

  @BeforeEach
  void open() throws IOException {
    // Short, whatever the build's folder is called.
    folder = Files.createTempDirectory("wires");
    wires =
        EthernetSwitch.open(List.of(folder.resolve("0"), folder.resolve("1"), folder.resolve("2")));
  }

  @AfterEach
  void close() throws IOException {
    wires.close();
    Files.delete(folder);
  }

  /** A machine as QEMU would plug it in. */
  private final class Machine implements AutoCloseable {
    private final byte[] mac;
    private final SocketChannel channel;
    private final DataInputStream in;
    private final DataOutputStream out;

    Machine(int port) throws IOException {
      mac = new byte[] {0x52, 0x54, 0, 0, 0, (byte) port};
      channel = SocketChannel.open(UnixDomainSocketAddress.of(folder.resolve("" + port)));
      in = new DataInputStream(Channels.newInputStream(channel));
      out = new DataOutputStream(Channels.newOutputStream(channel));
    }

    byte[] frame(byte[] to, byte[] data) {
      byte[] frame = new byte[14 + data.length];
      System.arraycopy(to, 0, frame, 0, 6);
      System.arraycopy(mac, 0, frame, 6, 6);
      System.arraycopy(data, 0, frame, 14, data.length);
      return frame;
    }

    byte[] send(byte[] to, byte[] data) throws IOException {
      byte[] frame = frame(to, data);
      out.writeInt(frame.length);
      out.write(frame);
      return frame;
    }

    byte[] receive() throws IOException {
      byte[] frame = new byte[in.readInt()];
      in.readFully(frame);
      return frame;
    }

    @Override
    public void close() throws IOException {
      channel.close();
    }
  }

  /** Often, as machines are plugged in and send in the same moment. */
  @RepeatedTest(50)
  void whatIsForOneMachineGoesThereOnly() throws IOException {
    try (Machine master = new Machine(0);
        Machine one = new Machine(1);
        Machine two = new Machine(2)) {
      byte[] question = one.send(BROADCAST, new byte[] {1});
      assertThat(master.receive()).isEqualTo(question);
      assertThat(two.receive()).isEqualTo(question);

      byte[] answer = master.send(one.mac, new byte[] {2, 3});
      assertThat(one.receive()).isEqualTo(answer);
      // The next that the other gets is what is for all, so the answer was not.
      byte[] last = master.send(BROADCAST, new byte[] {4});
      assertThat(two.receive()).isEqualTo(last);
    }
  }

  @Test
  void aMachineThatTakesNothingHoldsNobodyUp() throws Exception {
    try (Machine master = new Machine(0);
        Machine busy = new Machine(1);
        Machine two = new Machine(2)) {
      busy.send(BROADCAST, new byte[0]);
      master.receive();
      two.send(BROADCAST, new byte[0]);
      master.receive();
      byte[] data = new byte[1400];
      for (int i = 0; i < 20_000; i++) {
        master.send(busy.mac, data);
      }
      byte[] frame = master.send(two.mac, new byte[] {5});
      two.receive();
      assertThat(two.receive()).isEqualTo(frame);
    }
  }

  @Test
  void framesOfAnySizeComeWholeAndInOrder() throws Exception {
    long seed = System.nanoTime();
    try (Machine master = new Machine(0);
        Machine one = new Machine(1)) {
      one.send(BROADCAST, new byte[0]);
      master.receive();
      CompletableFuture<Void> sending =
          CompletableFuture.runAsync(
              () -> {
                Random random = new Random(seed);
                try {
                  for (int i = 0; i < 500; i++) {
                    byte[] data = new byte[random.nextInt(66_000)];
                    random.nextBytes(data);
                    master.send(one.mac, data);
                    if (i % 20 == 19) {
                      // The machine says that it has taken them, as TCP does.
                      master.receive();
                    }
                  }
                } catch (IOException e) {
                  throw new java.io.UncheckedIOException(e);
                }
              });
      Random random = new Random(seed);
      for (int i = 0; i < 500; i++) {
        byte[] data = new byte[random.nextInt(66_000)];
        random.nextBytes(data);
        assertThat(one.receive())
            .as("seed %d, frame %d", seed, i)
            .isEqualTo(master.frame(one.mac, data));
        if (i % 20 == 19) {
          one.send(master.mac, new byte[0]);
        }
      }
      sending.join();
    }
  }

  @Test
  void aPortTakesAnotherMachineWhenOneIsGone() throws IOException {
    try (Machine master = new Machine(0)) {
      try (Machine one = new Machine(1)) {
        one.send(BROADCAST, new byte[0]);
        master.receive();
      }
      try (Machine again = new Machine(1)) {
        byte[] frame = again.send(BROADCAST, new byte[] {7});
        assertThat(master.receive()).isEqualTo(frame);
      }
    }
  }
}
