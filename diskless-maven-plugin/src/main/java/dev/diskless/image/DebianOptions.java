package dev.diskless.image;

import java.util.Optional;

public record DebianOptions(Optional<String> mirror, boolean update, boolean offline) {}
