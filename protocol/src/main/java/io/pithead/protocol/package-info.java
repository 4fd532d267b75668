/** What crosses a process border. Members are added, never changed in meaning: a new meaning takes a new name. */
@NullMarked
package io.pithead.protocol;

import org.jspecify.annotations.NullMarked;
