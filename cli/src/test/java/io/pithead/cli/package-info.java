@NullMarked
package io.pithead.cli;

import org.jspecify.annotations.NullMarked;
