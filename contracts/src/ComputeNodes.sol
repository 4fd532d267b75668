// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {ECDSA} from "@openzeppelin/contracts/utils/cryptography/ECDSA.sol";
import {EIP712} from "@openzeppelin/contracts/utils/cryptography/EIP712.sol";
import {Nonces} from "@openzeppelin/contracts/utils/Nonces.sol";
import {SafeCast} from "@openzeppelin/contracts/utils/math/SafeCast.sol";
import {EnumerableSet} from "@openzeppelin/contracts/utils/structs/EnumerableSet.sol";
import {Bounds} from "./Bounds.sol";
import {Governed} from "./Governed.sol";
import {IComputeNodes} from "./interfaces/IComputeNodes.sol";
import {IProviderRegistry} from "./interfaces/IProviderRegistry.sol";
import {IRuns} from "./interfaces/IRuns.sol";
import {IVerdictTarget} from "./interfaces/IVerdictTarget.sol";

/// Nodes, each with a key of its own. The provider's key registers and removes them from wherever it lies; the node's key, the only
/// one on the machine, does the rest. A node's state is derived: nothing is looped over when a provider falls or a run ends.
contract ComputeNodes is Governed, EIP712, Nonces, IComputeNodes, IVerdictTarget {
    using EnumerableSet for EnumerableSet.AddressSet;
    using SafeCast for uint256;

    /// Puts nodes into runs and takes them out.
    bytes32 public constant PLACER_ROLE = keccak256("PLACER");
    /// Ejects nodes: operators' committees and the judges of work.
    bytes32 public constant EJECTOR_ROLE = keccak256("EJECTOR");
    /// The validators' contract.
    bytes32 public constant VERDICT_ROLE = keccak256("VERDICT");
    bytes32 public constant REGISTRATION_TYPEHASH =
        keccak256("NodeRegistration(address provider,address node,uint256 nonce,uint256 deadline)");

    struct Node {
        address provider;
        /// What validators judge: it grows with each verdict, description and registration, so that no vote outlives its matter.
        uint64 round;
        bool validated;
        bool ejected;
        /// Whether it ever was in a run, since it was registered.
        bool served;
        uint64 run;
        uint64 registeredAt;
        string capabilitiesUri;
    }

    IProviderRegistry private immutable _providers;
    IRuns private immutable _runs;
    EnumerableSet.AddressSet private _all;
    mapping(address provider => EnumerableSet.AddressSet) private _byProvider;
    mapping(address node => Node) private _nodes;

    event NodeRegistered(address indexed node, address indexed provider, uint64 round, string capabilitiesUri);
    event NodeRemoved(address indexed node, address indexed provider, address indexed by);
    event NodeDescribed(address indexed node, address indexed by, uint64 round, string capabilitiesUri);
    event NodeValidated(address indexed node, uint64 round, uint16 reason);
    event NodeRejected(address indexed node, uint64 round, uint16 reason);
    event NodePlaced(address indexed node, uint256 indexed run);
    event NodeDisplaced(address indexed node, uint256 indexed run);
    event NodeEjected(address indexed node, address indexed by, string reason);
    event NodeReinstated(address indexed node, address indexed by, string reason);

    error ComputeNodes_Unknown(address node);
    error ComputeNodes_AlreadyRegistered(address node, address provider);
    error ComputeNodes_SignatureExpired(address node, uint256 deadline);
    error ComputeNodes_SignatureInvalid(address node);
    error ComputeNodes_NotAllowed(address node, address account);
    error ComputeNodes_Placed(address node, uint256 run);
    error ComputeNodes_NotPlaced(address node);
    error ComputeNodes_NotValidated(address node);
    error ComputeNodes_Ejected(address node);
    error ComputeNodes_NotEjected(address node);
    error ComputeNodes_NoNode(bytes32 subject);
    error ComputeNodes_ProviderStanding(address provider, IProviderRegistry.Standing standing);

    constructor(Governance memory governance, IProviderRegistry providers_, IRuns runs_)
        Governed(governance)
        EIP712("Pithead ComputeNodes", "1")
    {
        _providers = providers_;
        _runs = runs_;
    }

    /// Called by the provider; the node's key agrees by its signature over both, its next nonce and a deadline.
    function register(address node, string calldata capabilitiesUri, uint256 deadline, bytes calldata signature)
        external
        whenNotPaused
    {
        Bounds.text(capabilitiesUri);
        Node storage one = _nodes[node];
        if (one.provider != address(0)) revert ComputeNodes_AlreadyRegistered(node, one.provider);
        if (one.ejected) revert ComputeNodes_Ejected(node);
        if (block.timestamp > deadline) revert ComputeNodes_SignatureExpired(node, deadline);
        bytes32 digest = registrationDigest(msg.sender, node, _useNonce(node), deadline);
        (address signer,,) = ECDSA.tryRecoverCalldata(digest, signature);
        if (signer != node || node == address(0)) revert ComputeNodes_SignatureInvalid(node);
        one.provider = msg.sender;
        one.registeredAt = uint64(block.timestamp);
        one.capabilitiesUri = capabilitiesUri;
        _all.add(node);
        _byProvider[msg.sender].add(node);
        emit NodeRegistered(node, msg.sender, ++one.round, capabilitiesUri);
        _providers.addNode(msg.sender);
    }

    /// By the provider or an operator, of a node that is in no open run. That it was ejected stays with the key.
    function remove(address node) external {
        Node storage one = _known(node);
        address provider = one.provider;
        if (msg.sender != provider && !hasRole(OPERATOR_ROLE, msg.sender)) {
            revert ComputeNodes_NotAllowed(node, msg.sender);
        }
        if (_isPlaced(one)) revert ComputeNodes_Placed(node, one.run);
        one.provider = address(0);
        one.registeredAt = 0;
        one.run = 0;
        one.served = false;
        one.validated = false;
        one.capabilitiesUri = "";
        _all.remove(node);
        _byProvider[provider].remove(node);
        emit NodeRemoved(node, provider, msg.sender);
        _providers.removeNode(provider);
    }

    /// What was validated was the old description: the node must be validated anew.
    function describe(address node, string calldata capabilitiesUri) external whenNotPaused {
        Bounds.text(capabilitiesUri);
        Node storage one = _known(node);
        if (msg.sender != node && msg.sender != one.provider) revert ComputeNodes_NotAllowed(node, msg.sender);
        one.capabilitiesUri = capabilitiesUri;
        one.validated = false;
        emit NodeDescribed(node, msg.sender, ++one.round, capabilitiesUri);
    }

    function eject(address node, string calldata reason) external onlyRole(EJECTOR_ROLE) {
        Bounds.text(reason);
        if (_nodes[node].ejected) revert ComputeNodes_Ejected(node);
        _nodes[node].ejected = true;
        emit NodeEjected(node, msg.sender, reason);
    }

    /// The one way back for an ejected node; it must be validated anew.
    function reinstate(address node, string calldata reason) external onlyRole(OPERATOR_ROLE) {
        Bounds.text(reason);
        Node storage one = _nodes[node];
        if (!one.ejected) revert ComputeNodes_NotEjected(node);
        one.ejected = false;
        one.validated = false;
        ++one.round;
        emit NodeReinstated(node, msg.sender, reason);
    }

    function place(address node, uint256 run) external onlyRole(PLACER_ROLE) {
        Node storage one = _known(node);
        if (one.ejected) revert ComputeNodes_Ejected(node);
        IProviderRegistry.Standing standing = _providers.standingOf(one.provider);
        if (standing != IProviderRegistry.Standing.GOOD) {
            revert ComputeNodes_ProviderStanding(one.provider, standing);
        }
        if (!one.validated) revert ComputeNodes_NotValidated(node);
        if (_isPlaced(one)) revert ComputeNodes_Placed(node, one.run);
        one.run = run.toUint64();
        one.served = true;
        emit NodePlaced(node, run);
    }

    function displace(address node) external onlyRole(PLACER_ROLE) {
        Node storage one = _nodes[node];
        uint256 run = one.run;
        if (run == 0) revert ComputeNodes_NotPlaced(node);
        one.run = 0;
        emit NodeDisplaced(node, run);
    }

    function onVerdict(bytes32 subject, Verdict verdict, uint16 reason) external onlyRole(VERDICT_ROLE) {
        address node = nodeOf(subject);
        Node storage one = _known(node);
        uint64 round = one.round++;
        one.validated = verdict == Verdict.APPROVED;
        if (one.validated) {
            emit NodeValidated(node, round, reason);
        } else {
            emit NodeRejected(node, round, reason);
        }
    }

    function roundOf(bytes32 subject, Verdict) external view returns (uint64) {
        return _known(nodeOf(subject)).round;
    }

    function stateOf(address node) external view returns (NodeState) {
        Node storage one = _nodes[node];
        if (one.ejected) return NodeState.EJECTED;
        if (one.provider == address(0)) return NodeState.UNKNOWN;
        IProviderRegistry.Standing standing = _providers.standingOf(one.provider);
        bool good = standing == IProviderRegistry.Standing.GOOD;
        if (one.validated && good) {
            if (_isPlaced(one)) return NodeState.ACTIVE;
            return one.served ? NodeState.INACTIVE : NodeState.VALIDATED;
        }
        bool fresh = !one.validated && !one.served && standing != IProviderRegistry.Standing.BLACKLISTED;
        return fresh ? NodeState.REGISTERED : NodeState.INACTIVE;
    }

    function get(address node) external view returns (Node memory) {
        return _nodes[node];
    }

    function providerOf(address node) external view returns (address) {
        return _nodes[node].provider;
    }

    function placementOf(address node) external view returns (uint256) {
        return _nodes[node].run;
    }

    function count() external view returns (uint256) {
        return _all.length();
    }

    function list(uint256 offset, uint256 limit) external view returns (address[] memory) {
        return Bounds.page(_all, offset, limit);
    }

    function countOf(address provider) external view returns (uint256) {
        return _byProvider[provider].length();
    }

    function listOf(address provider, uint256 offset, uint256 limit) external view returns (address[] memory) {
        return Bounds.page(_byProvider[provider], offset, limit);
    }

    /// What the node's key signs to belong to a provider.
    function registrationDigest(address provider, address node, uint256 nonce, uint256 deadline)
        public
        view
        returns (bytes32)
    {
        return _hashTypedDataV4(keccak256(abi.encode(REGISTRATION_TYPEHASH, provider, node, nonce, deadline)));
    }

    /// How validators name a node.
    function subjectOf(address node) public pure returns (bytes32) {
        return bytes32(uint256(uint160(node)));
    }

    function nodeOf(bytes32 subject) public pure returns (address) {
        if (uint256(subject) > type(uint160).max) revert ComputeNodes_NoNode(subject);
        return address(uint160(uint256(subject)));
    }

    function _known(address node) private view returns (Node storage one) {
        one = _nodes[node];
        if (one.provider == address(0)) revert ComputeNodes_Unknown(node);
    }

    function _isPlaced(Node storage one) private view returns (bool) {
        return one.run != 0 && _runs.statusOf(one.run) == IRuns.RunStatus.OPEN;
    }
}
