/**
 * What the load measurements compare with: a request that is authenticated, read and answered like any other, and does
 * nothing. Not there (404) unless {@code pithead.bench.noop} is set.
 */
@NullMarked
package io.pithead.web.bench;

import org.jspecify.annotations.NullMarked;
