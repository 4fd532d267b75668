/**
 * Real servers for tests: each is started by the test in a folder of its own, on a socket or a free port of its own, and stopped
 * by its process id. Nothing that runs on the machine already is used or touched.
 */
@NullMarked
package io.pithead.testing;

import org.jspecify.annotations.NullMarked;
