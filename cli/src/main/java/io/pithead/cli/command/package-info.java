/** What people type. */
@NullMarked
package io.pithead.cli.command;

import org.jspecify.annotations.NullMarked;
