/**
 * Bodies in JSON, read and written by {@code protocol.json.Json} alone. The server's own JSON providers are switched off
 * in {@link io.pithead.web.PitheadApplication}: they fill missing numbers with 0 and drop what they do not know.
 */
@NullMarked
package io.pithead.web.json;

import org.jspecify.annotations.NullMarked;
