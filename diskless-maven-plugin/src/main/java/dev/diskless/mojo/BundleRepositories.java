package dev.diskless.mojo;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.stream.Collectors;
import org.eclipse.aether.repository.RemoteRepository;
import org.eclipse.aether.repository.RepositoryPolicy;

/**
 * Repositories for the download of bundles. They are the repositories of the project, with mirrors,
 * proxies and credentials of settings.xml.
 *
 * @param usable repositories with the checksum policy {@code fail}
 * @param rejected repositories whose connection is not encrypted, and whose id the user has not
 *     allowed
 */
record BundleRepositories(List<RemoteRepository> usable, List<RemoteRepository> rejected) {

  /**
   * Protocols that anyone on the network path can change; also with a prefix, such as {@code
   * dav:http}.
   */
  private static final Set<String> PLAIN = Set.of("http", "ftp", "dav");

  BundleRepositories {
    usable = List.copyOf(usable);
    rejected = List.copyOf(rejected);
  }

  /**
   * @param allowHttp ids of repositories whose connection need not be encrypted
   */
  static BundleRepositories of(List<RemoteRepository> repositories, List<String> allowHttp) {
    List<RemoteRepository> usable = new ArrayList<>();
    List<RemoteRepository> rejected = new ArrayList<>();
    for (RemoteRepository repository : repositories) {
      if (isPlain(repository) && !allowHttp.contains(repository.getId())) {
        rejected.add(repository);
      } else {
        usable.add(
            new RemoteRepository.Builder(repository)
                .setReleasePolicy(failing(repository.getPolicy(false)))
                .setSnapshotPolicy(failing(repository.getPolicy(true)))
                .build());
      }
    }
    return new BundleRepositories(usable, rejected);
  }

  private static boolean isPlain(RemoteRepository repository) {
    String protocol = repository.getProtocol().toLowerCase(Locale.ROOT);
    return PLAIN.contains(protocol.substring(protocol.lastIndexOf(':') + 1));
  }

  private static RepositoryPolicy failing(RepositoryPolicy policy) {
    return new RepositoryPolicy(
        policy.isEnabled(), policy.getUpdatePolicy(), RepositoryPolicy.CHECKSUM_POLICY_FAIL);
  }

  /** Returns a sentence about the rejected repositories; empty if there are none. */
  String notAsked() {
    if (rejected.isEmpty()) {
      return "";
    }
    return ". Not asked, because the connection is not encrypted: %s. Use https, or allow plain http with -Ddiskless.allowHttp=%s"
        .formatted(
            rejected.stream()
                .map(r -> r.getId() + " (" + r.getUrl() + ")")
                .collect(Collectors.joining(", ")),
            rejected.stream().map(RemoteRepository::getId).collect(Collectors.joining(",")));
  }
}
