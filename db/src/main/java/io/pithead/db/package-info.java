/** Brings a database to the schema this release needs. */
@NullMarked
package io.pithead.db;

import org.jspecify.annotations.NullMarked;
