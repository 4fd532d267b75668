@NullMarked
package io.pithead.web.api;

import org.jspecify.annotations.NullMarked;
