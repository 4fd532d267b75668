package io.pithead.coordinator.hint;

import io.pithead.coordinator.outbox.Destinations;
import jakarta.ejb.ActivationConfigProperty;
import jakarta.ejb.EJBException;
import jakarta.ejb.MessageDriven;
import jakarta.ejb.TransactionManagement;
import jakarta.ejb.TransactionManagementType;
import jakarta.inject.Inject;
import jakarta.jms.JMSException;
import jakarta.jms.Message;
import jakarta.jms.MessageListener;

/** One non-durable subscription per instance. */
@MessageDriven(
        activationConfig = {
            // Payara's own: in place of a descriptor, which has another place in a WAR than in an EAR
            @ActivationConfigProperty(propertyName = "resourceAdapter", propertyValue = "artemis-rar"),
            @ActivationConfigProperty(propertyName = "destinationType", propertyValue = "jakarta.jms.Topic"),
            @ActivationConfigProperty(propertyName = "destination", propertyValue = Destinations.DISPATCH),
            @ActivationConfigProperty(propertyName = "useJNDI", propertyValue = "false"),
            @ActivationConfigProperty(propertyName = "maxSession", propertyValue = "1")
        })
@TransactionManagement(TransactionManagementType.BEAN)
public class DispatchHintMdb implements MessageListener {
    @Inject
    DispatchHints hints;

    @Override
    public void onMessage(Message message) {
        try {
            hints.receiver().receive(message);
        } catch (JMSException e) {
            throw new EJBException(e);
        }
    }
}
