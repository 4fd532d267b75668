/** What people see: tables, sentences, and other people's text made harmless. */
@NullMarked
package io.pithead.cli.screen;

import org.jspecify.annotations.NullMarked;
