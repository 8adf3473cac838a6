package dev.diskless.descriptor;

import dev.diskless.model.Master;
import dev.diskless.model.Network;
import dev.diskless.problem.Problem;
import dev.diskless.problem.Problems;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;

/**
 * Finds the master of each network where there are several: the one that the network names, or else
 * the one that has its address in it. Two masters cannot serve one network, for each would answer
 * the nodes of the other.
 */
final class NetworkMasters {

  private final Masters masters;
  private final Problems problems;

  NetworkMasters(Masters masters, Problems problems) {
    this.masters = masters;
    this.problems = problems;
  }

  Networks assign(Networks networks) {
    if (masters.isOne()) {
      networks.placements().stream()
          .filter(p -> p.master().isPresent())
          .forEach(p -> named(p, Optional.empty()));
      return networks;
    }
    Map<Networks.Placement, Masters.Draft> within = new HashMap<>();
    for (Masters.Draft draft : masters.drafts()) {
      Optional<Networks.Placement> its =
          draft.address().flatMap(address -> networks.of(address.value()));
      if (its.isPresent()) {
        Masters.Draft first = within.putIfAbsent(its.get(), draft);
        if (first != null) {
          refuseSecond(draft, first, its.get());
        }
      }
    }
    List<Networks.Placement> assigned = new ArrayList<>();
    for (Networks.Placement placement : networks.placements()) {
      Optional<Masters.Draft> inside = Optional.ofNullable(within.get(placement));
      Optional<Masters.Draft> master =
          placement.master().isPresent()
              ? named(placement, inside)
              : inside.or(() -> tellNone(placement));
      assigned.add(with(placement, master.flatMap(Masters.Draft::master)));
    }
    return new Networks(assigned, networks.isComplete());
  }

  private void refuseSecond(
      Masters.Draft draft, Masters.Draft first, Networks.Placement placement) {
    problems.add(
        Problem.error(
            draft.address().orElseThrow().at(),
            "the masters %s and %s are both in the network %s, at %s"
                .formatted(name(first), name(draft), placement.network().subnet(), placement.at()),
            "write a separate network for each master, because a network has one DHCP server"));
  }

  private Optional<Masters.Draft> named(
      Networks.Placement placement, Optional<Masters.Draft> inside) {
    Text name = placement.master().orElseThrow();
    Optional<Masters.Draft> master = masters.named(name.value());
    if (master.isEmpty()) {
      problems.add(
          Problem.error(
              name.at(),
              "master %s does not exist".formatted(name.quoted()),
              Nearest.to(name.value(), names())
                  .map(near -> "write " + Text.quote(near))
                  .orElse("write one of " + list())));
    } else if (inside.isPresent() && inside.get() != master.get()) {
      problems.add(
          Problem.error(
              name.at(),
              "the network %s has master: %s, but the master %s is in this network"
                  .formatted(placement.network().subnet(), name.quoted(), name(inside.get())),
              "write %s, or give that master an address in another network"
                  .formatted(name(inside.get()))));
    }
    return master;
  }

  private Optional<Masters.Draft> tellNone(Networks.Placement placement) {
    // A master whose address cannot be read may be the one.
    if (masters.drafts().stream().allMatch(d -> d.address().isPresent())) {
      problems.add(
          Problem.error(
              placement.at(),
              "no master has an address in the network " + placement.network().subnet(),
              "add \"master: \" and the name of the master that serves it, one of " + list()));
    }
    return Optional.empty();
  }

  private static Networks.Placement with(Networks.Placement placement, Optional<Master> master) {
    Network network = placement.network();
    return new Networks.Placement(
        new Network(
            network.subnet(),
            network.gateway(),
            network.dns(),
            network.pool(),
            network.lease(),
            master,
            network.subnet6()),
        placement.at(),
        placement.gatewayAt(),
        placement.poolAt(),
        placement.master());
  }

  private List<String> names() {
    return masters.drafts().stream()
        .flatMap(d -> d.name().stream())
        .map(Text::value)
        .distinct()
        .toList();
  }

  private String list() {
    List<String> names = names();
    return names.stream().limit(12).map(Text::bare).collect(Collectors.joining(", "))
        + (names.size() > 12 ? ", ..." : "");
  }

  private static String name(Masters.Draft draft) {
    return draft.name().map(Text::quoted).orElse("without a name");
  }
}
