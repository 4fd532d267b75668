@NullMarked
package io.pithead.web.health;

import org.jspecify.annotations.NullMarked;
