/**
 * The owner's settings. A flag wins over an environment variable, which wins over the file. The file is the AITBC
 * guide's {@code miner.conf}; it is read as data, and no shell ever sees it. Everything wrong is reported at once.
 */
@NullMarked
package io.pithead.miner.config;

import org.jspecify.annotations.NullMarked;
