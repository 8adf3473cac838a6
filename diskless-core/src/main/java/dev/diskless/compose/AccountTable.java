package dev.diskless.compose;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import dev.diskless.tree.BytesContent;
import dev.diskless.tree.Entry;
import dev.diskless.tree.FileTree;
import dev.diskless.tree.Layer;
import dev.diskless.tree.TreePath;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * A table of users or groups of a tree, such as passwd(5): lines of fields with colons between
 * them. Lines that are not changed keep their bytes. Not thread-safe.
 */
final class AccountTable {

  private final Optional<Entry> file;
  private final List<String> lines = new ArrayList<>();
  private boolean isChanged;

  private AccountTable(Optional<Entry> file) {
    this.file = file;
  }

  /** Reads a table; one without a file has no lines and cannot be changed. */
  static AccountTable read(FileTree tree, String path) throws IOException {
    AccountTable table = new AccountTable(tree.resolve(TreePath.of(path)).filter(Entry::isFile));
    if (table.file.isPresent()) {
      table.lines.addAll(table.file.get().content().text(ISO_8859_1).lines().toList());
    }
    return table;
  }

  boolean exists() {
    return file.isPresent();
  }

  /** Returns the fields of the first line whose field has this value. */
  Optional<List<String>> find(int field, String value) {
    return lines.stream()
        .map(AccountTable::fields)
        .filter(fields -> fields.size() > field && fields.get(field).equals(value))
        .findFirst();
  }

  private static List<String> fields(String line) {
    return List.of(line.split(":", -1));
  }

  /** Returns all lines, each as its fields. */
  List<List<String>> rows() {
    return lines.stream().map(AccountTable::fields).toList();
  }

  /** Appends a line, before lines that refer to NIS, because no line after them is read. */
  void append(String line) {
    int end = lines.size();
    while (end > 0 && lines.get(end - 1).matches("[+-].*")) {
      end--;
    }
    lines.add(end, line);
    isChanged = true;
  }

  /** Adds a member to the last field of a group's line, unless the group has this member. */
  void addMember(String group, String member) {
    for (int i = 0; i < lines.size(); i++) {
      List<String> fields = new ArrayList<>(fields(lines.get(i)));
      if (fields.size() < 4 || !fields.get(0).equals(group)) {
        continue;
      }
      String members = fields.get(3);
      if (!List.of(members.split(",")).contains(member)) {
        fields.set(3, members.isEmpty() ? member : members + "," + member);
        lines.set(i, String.join(":", fields));
        isChanged = true;
      }
      return;
    }
  }

  /** Adds the table to a layer if it has changed. It keeps its owner, mode and origin. */
  void addTo(Layer.Builder layer) {
    if (isChanged && file.isPresent()) {
      byte[] text = (String.join("\n", lines) + "\n").getBytes(ISO_8859_1);
      layer.add(file.get().withInode(Entry.SINGLE).withContent(new BytesContent(text)));
    }
  }
}
