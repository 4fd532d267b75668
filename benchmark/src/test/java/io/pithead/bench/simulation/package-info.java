@NullMarked
package io.pithead.bench.simulation;

import org.jspecify.annotations.NullMarked;
