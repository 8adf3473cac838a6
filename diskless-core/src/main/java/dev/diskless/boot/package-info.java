/** What a machine starts from: the kernel and initramfs of an image, and the loaders. */
package dev.diskless.boot;
