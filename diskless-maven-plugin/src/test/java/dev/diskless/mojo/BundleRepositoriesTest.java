package dev.diskless.mojo;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.eclipse.aether.repository.Authentication;
import org.eclipse.aether.repository.AuthenticationContext;
import org.eclipse.aether.repository.AuthenticationDigest;
import org.eclipse.aether.repository.Proxy;
import org.eclipse.aether.repository.RemoteRepository;
import org.eclipse.aether.repository.RepositoryPolicy;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class BundleRepositoriesTest {

  private static final Authentication LOGIN =
      new Authentication() {
        @Override
        public void fill(
            AuthenticationContext context, String key, java.util.Map<String, String> data) {}

        @Override
        public void digest(AuthenticationDigest digest) {}
      };

  private static RemoteRepository.Builder repository(String id, String url) {
    return new RemoteRepository.Builder(id, "default", url);
  }

  @Test
  void changesOnlyTheChecksumPolicy() {
    Proxy proxy = new Proxy("http", "proxy.example", 3128);
    RemoteRepository mirrored = repository("central", "https://central.example/").build();
    RemoteRepository before =
        repository("company", "https://repository.example/maven/")
            .setReleasePolicy(new RepositoryPolicy(true, "never", "ignore"))
            .setSnapshotPolicy(new RepositoryPolicy(false, "always", "warn"))
            .setAuthentication(LOGIN)
            .setProxy(proxy)
            .setMirroredRepositories(List.of(mirrored))
            .setRepositoryManager(true)
            .build();

    RemoteRepository after = BundleRepositories.of(List.of(before), List.of()).usable().get(0);

    assertThat(after.getPolicy(false)).isEqualTo(new RepositoryPolicy(true, "never", "fail"));
    assertThat(after.getPolicy(true)).isEqualTo(new RepositoryPolicy(false, "always", "fail"));
    assertThat(after.getAuthentication()).isSameAs(LOGIN);
    assertThat(after.getProxy()).isEqualTo(proxy);
    assertThat(after.getMirroredRepositories()).containsExactly(mirrored);
    assertThat(after.isRepositoryManager()).isTrue();
    assertThat(after.getUrl()).isEqualTo(before.getUrl());
  }

  @ParameterizedTest
  @CsvSource({
    "https://repository.example/maven, true",
    "HTTPS://repository.example/maven, true",
    "file:///srv/repository, true",
    "dav:https://repository.example/maven, true",
    "http://repository.example/maven, false",
    "HTTP://repository.example/maven, false",
    "http://127.0.0.1:8081/maven, false",
    "http://localhost/maven, false",
    "dav:http://repository.example/maven, false",
    "ftp://repository.example/maven, false",
  })
  void rejectsConnectionsThatAreNotEncrypted(String url, boolean isUsable) {
    RemoteRepository repository = repository("company", url).build();
    BundleRepositories found = BundleRepositories.of(List.of(repository), List.of("other"));
    assertThat(found.usable()).hasSize(isUsable ? 1 : 0);
    assertThat(found.rejected()).hasSize(isUsable ? 0 : 1);
    assertThat(BundleRepositories.of(List.of(repository), List.of("company")).usable()).hasSize(1);
  }

  @Test
  void saysWhatWasNotAsked() {
    assertThat(
            BundleRepositories.of(
                    List.of(repository("company", "http://repository.example/").build()), List.of())
                .notAsked())
        .isEqualTo(
            ". Not asked, because the connection is not encrypted: company"
                + " (http://repository.example/). Use https, or allow plain http with"
                + " -Ddiskless.allowHttp=company");
    assertThat(BundleRepositories.of(List.of(), List.of()).notAsked()).isEmpty();
  }
}
