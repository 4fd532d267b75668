@NullMarked
package io.pithead.web.security;

import org.jspecify.annotations.NullMarked;
