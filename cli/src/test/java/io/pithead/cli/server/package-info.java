@NullMarked
package io.pithead.cli.server;

import org.jspecify.annotations.NullMarked;
