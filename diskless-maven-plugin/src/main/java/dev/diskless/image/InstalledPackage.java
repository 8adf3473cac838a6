package dev.diskless.image;

public record InstalledPackage(String name, String version, String architecture) {}
