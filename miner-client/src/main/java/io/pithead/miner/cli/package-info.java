/**
 * The command line: {@code run}, {@code check}, {@code status}, {@code wallet} (with {@code balance}, {@code create} and
 * {@code show}), {@code receipt verify}, {@code version}. Exit code 0 means well, 1 that something was looked at and found bad, 2 that the command or the settings
 * cannot be used.
 */
@NullMarked
package io.pithead.miner.cli;

import org.jspecify.annotations.NullMarked;
