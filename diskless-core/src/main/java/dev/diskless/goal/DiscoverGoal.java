package dev.diskless.goal;

import dev.diskless.descriptor.Descriptor;
import dev.diskless.descriptor.DescriptorReader;
import dev.diskless.discover.DescriptorFiles;
import dev.diskless.discover.DiscoverRequest;
import dev.diskless.discover.Discovery;
import dev.diskless.discover.Watch;
import dev.diskless.master.InstalledCluster;
import dev.diskless.master.MasterHost;
import dev.diskless.model.Cluster;
import dev.diskless.problem.ProblemException;
import dev.diskless.project.ClusterProject;
import dev.diskless.project.MasterOfProject;
import dev.diskless.project.ProjectReader;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.ZoneId;
import java.util.List;
import java.util.Optional;

/** The goal {@code discover}. */
public final class DiscoverGoal {

  private DiscoverGoal() {}

  /**
   * What is asked for.
   *
   * @param root what stands for {@code /}
   * @param cluster whose active release tells what is known; empty for the descriptor's, or the
   *     only one on the master
   * @param directory holds all clusters
   * @param journal journalctl(1), or what takes its arguments; empty to leave the journal out
   * @param name a pattern of names
   * @param group of new nodes
   * @param append whether new nodes are appended
   * @param watch whether to go on as machines appear
   * @param limit how long; empty for ever
   */
  public record Request(
      Path root,
      Optional<String> cluster,
      Optional<String> directory,
      Optional<String> journal,
      String name,
      Optional<String> group,
      boolean append,
      boolean watch,
      Optional<Duration> limit) {}

  /**
   * @throws ProblemException if there is neither a descriptor nor an active release, or the request
   *     cannot be met
   */
  public static Discovery run(ClusterProject project, Request request) throws IOException {
    boolean isDescribed = request.cluster().isEmpty() && Files.exists(project.descriptor());
    DiscoverRequest asked =
        new DiscoverRequest(
            request.root(),
            request.journal(),
            ZoneId.systemDefault(),
            request.name(),
            request.group(),
            isDescribed ? ProjectReader.descriptor(project).cluster() : released(project, request),
            isDescribed ? Optional.of(files(project)) : Optional.empty(),
            request.append());
    return request.watch()
        ? Watch.run(asked, request.limit(), project.progress())
        : Discovery.of(asked);
  }

  private static Cluster released(ClusterProject project, Request request) throws IOException {
    MasterHost host =
        MasterOfProject.of(project, request.root(), request.cluster(), request.directory());
    return InstalledCluster.of(host, host.requireActive()).cluster();
  }

  private static DescriptorFiles files(ClusterProject project) throws IOException {
    List<Path> inputs = ProjectReader.descriptor(project).inputs();
    return new DescriptorFiles(
        project.descriptor(),
        inputs.stream().skip(1).findFirst(),
        (file, candidate) -> {
          Descriptor descriptor =
              DescriptorReader.read(
                  project.descriptor(),
                  project.directory(),
                  project.version(),
                  project.properties(),
                  path -> path.equals(file) ? candidate : path);
          return descriptor.cluster();
        });
  }
}
