package io.pithead.validator.challenge;

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
import java.util.UUID;

/** A challenge is to be prepared or judged: one instance, this one, does it, so many at a time. */
@MessageDriven(
        activationConfig = {
            // Payara's own: in place of a descriptor, which has another place in a WAR than in an EAR
            @ActivationConfigProperty(propertyName = "resourceAdapter", propertyValue = "artemis-rar"),
            @ActivationConfigProperty(propertyName = "destinationType", propertyValue = "jakarta.jms.Queue"),
            @ActivationConfigProperty(propertyName = "destination", propertyValue = Destinations.CHALLENGE),
            @ActivationConfigProperty(propertyName = "useJNDI", propertyValue = "false"),
            @ActivationConfigProperty(propertyName = "maxSession", propertyValue = "2")
        })
@TransactionManagement(TransactionManagementType.BEAN)
public class ChallengeMdb implements MessageListener {
    @Inject
    ValidatorDesk desk;

    @Override
    public void onMessage(jakarta.jms.Message message) {
        try {
            Message hint = Message.parse(message.getBody(String.class));
            if (hint.version() > Message.VERSION) {
                throw foreign(hint);
            }
            for (String id : hint.ids()) {
                take(hint, UUID.fromString(id));
            }
        } catch (JMSException e) {
            throw new EJBException(e);
        }
    }

    private void take(Message hint, UUID challenge) {
        switch (hint.type()) {
            case Hints.PREPARE -> desk.prepare(challenge);
            case Hints.JUDGE -> desk.judge(challenge);
            default -> throw foreign(hint);
        }
    }

    /** Refused, so that it is redelivered (to a newer instance, perhaps) and at last kept as a dead letter. */
    private static EJBException foreign(Message hint) {
        return new EJBException("not for this consumer: " + hint.type() + " version " + hint.version());
    }
}
