@NullMarked
package io.pithead.cli.screen;

import org.jspecify.annotations.NullMarked;
