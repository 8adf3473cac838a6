package dev.diskless.model;

/** A choice that the descriptor writes as a word. */
public interface Keyword {

  /** The word as the descriptor writes it. */
  String keyword();
}
