/// What can be built: the entries that came with the program and the person's own.
public enum Catalog {}
