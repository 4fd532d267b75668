@NullMarked
package io.pithead.web;

import org.jspecify.annotations.NullMarked;
