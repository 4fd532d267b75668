/** Decisions about people: how long a session lasts, how long a wrong guess makes wait, which code is good. */
@NullMarked
package io.pithead.coordinator.user.core;

import org.jspecify.annotations.NullMarked;
