/** The schema shown to hold: each rule rejects what it names, on a real PostgreSQL. */
@NullMarked
package io.pithead.db;

import org.jspecify.annotations.NullMarked;
