/** Files that a machine starts from: boot loaders, and the kernel and initramfs of an image. */
package dev.diskless.boot;
