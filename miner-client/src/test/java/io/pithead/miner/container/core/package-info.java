@NullMarked
package io.pithead.miner.container.core;

import org.jspecify.annotations.NullMarked;
