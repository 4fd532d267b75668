package io.pithead.demo;

/** What a node does with jobs instead of working. */
public enum WorkCheat {
    /** It works. */
    NONE,
    /** It makes something up, another thing each time. */
    WRONG,
    /** It makes something up in a fifth of its jobs. */
    LAZY,
    /** As lazy, and all who do so make the same up in the same jobs. */
    COLLUDING,
    /** It takes jobs and says no more. */
    SILENT
}
