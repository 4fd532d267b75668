// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {
    AccessControlDefaultAdminRules
} from "@openzeppelin/contracts/access/extensions/AccessControlDefaultAdminRules.sol";
import {Pausable} from "@openzeppelin/contracts/utils/Pausable.sol";

/// Who may do what: the admin hands out roles and is replaced in two steps with a delay; parameters change through the timelock
/// alone. A pause stops what gives rights or pays from pots that several share; it never stops people from taking out their own.
abstract contract Governed is AccessControlDefaultAdminRules, Pausable {
    /// Held by the timelock; its own admin, so that whoever hands out the other roles cannot take it.
    bytes32 public constant PARAMETER_ROLE = keccak256("PARAMETER");
    /// Daily decisions about single providers, nodes and validators; at once.
    bytes32 public constant OPERATOR_ROLE = keccak256("OPERATOR");
    bytes32 public constant PAUSER_ROLE = keccak256("PAUSER");

    struct Governance {
        address admin;
        address timelock;
        uint48 adminDelay;
    }

    constructor(Governance memory governance) AccessControlDefaultAdminRules(governance.adminDelay, governance.admin) {
        _setRoleAdmin(PARAMETER_ROLE, PARAMETER_ROLE);
        _grantRole(PARAMETER_ROLE, governance.timelock);
    }

    function pause() external onlyRole(PAUSER_ROLE) {
        _pause();
    }

    function unpause() external onlyRole(PAUSER_ROLE) {
        _unpause();
    }
}
