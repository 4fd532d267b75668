/** The buyer's and the miner's API: parse, authorise, call one facade, map. No logic. */
@NullMarked
package io.pithead.web.api;

import org.jspecify.annotations.NullMarked;
