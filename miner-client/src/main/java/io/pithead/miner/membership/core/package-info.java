/** What is decided about invites and announcements. */
@NullMarked
package io.pithead.miner.membership.core;

import org.jspecify.annotations.NullMarked;
