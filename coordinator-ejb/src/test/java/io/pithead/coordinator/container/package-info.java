/** What only a container can show: injection, resources, transactions and threads, on a real Payara Micro. */
@NullMarked
package io.pithead.coordinator.container;

import org.jspecify.annotations.NullMarked;
