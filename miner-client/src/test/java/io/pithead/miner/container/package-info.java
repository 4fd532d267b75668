@NullMarked
package io.pithead.miner.container;

import org.jspecify.annotations.NullMarked;
