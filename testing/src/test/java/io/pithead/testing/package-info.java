@NullMarked
package io.pithead.testing;

import org.jspecify.annotations.NullMarked;
