package io.pithead.coordinator.chain;

import io.pithead.coordinator.outbox.Destinations;
import io.pithead.coordinator.outbox.Message;
import jakarta.ejb.ActivationConfigProperty;
import jakarta.ejb.EJBException;
import jakarta.ejb.MessageDriven;
import jakarta.ejb.TransactionManagement;
import jakarta.ejb.TransactionManagementType;
import jakarta.inject.Inject;
import jakarta.jms.JMSException;
import jakarta.jms.MessageListener;

/** Transactions were asked for somewhere: one instance, this one, looks at once. */
@MessageDriven(
        activationConfig = {
            // Payara's own: in place of a descriptor, which has another place in a WAR than in an EAR
            @ActivationConfigProperty(propertyName = "resourceAdapter", propertyValue = "artemis-rar"),
            @ActivationConfigProperty(propertyName = "destinationType", propertyValue = "jakarta.jms.Queue"),
            @ActivationConfigProperty(propertyName = "destination", propertyValue = Destinations.CHAIN),
            @ActivationConfigProperty(propertyName = "useJNDI", propertyValue = "false"),
            @ActivationConfigProperty(propertyName = "maxSession", propertyValue = "1")
        })
@TransactionManagement(TransactionManagementType.BEAN)
public class ChainMdb implements MessageListener {
    @Inject
    ChainQueue queue;

    @Override
    public void onMessage(jakarta.jms.Message message) {
        try {
            Message hint = Message.parse(message.getBody(String.class));
            if (!hint.type().equals(ChainGateway.ASKED) || hint.version() > Message.VERSION) {
                // refused, so that it is redelivered (to a newer instance, perhaps) and at last kept as a dead letter
                throw new EJBException("not for this consumer: " + hint.type() + " version " + hint.version());
            }
            queue.look();
        } catch (JMSException e) {
            throw new EJBException(e);
        }
    }
}
