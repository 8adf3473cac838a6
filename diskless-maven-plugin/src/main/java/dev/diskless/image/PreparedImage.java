package dev.diskless.image;

import dev.diskless.model.Image;
import dev.diskless.tree.FileTree;
import java.util.List;

public record PreparedImage(
    Image image, FileTree tree, String fingerprint, List<InstalledPackage> packages) {}
