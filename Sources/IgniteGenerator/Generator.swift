/// Turns a resolved architecture into a change set.
public enum Generator {}
