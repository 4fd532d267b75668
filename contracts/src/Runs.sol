// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {Bounds} from "./Bounds.sol";
import {Governed} from "./Governed.sol";
import {IRuns} from "./interfaces/IRuns.sol";

/// Compute pools. Anyone may own one; the owner names a manager key, which invites nodes and attests work. A run's status follows
/// from its times, so ending one is a single write however many nodes it has.
contract Runs is Governed, IRuns {
    struct Terms {
        address manager;
        /// Most nodes at once.
        uint32 maxNodes;
        /// Most units of one node in one epoch.
        uint96 maxUnits;
        /// When the run ends by itself.
        uint64 endsBy;
        string requirements;
        string discoveryUri;
    }

    struct Run {
        address owner;
        uint96 maxUnits;
        address manager;
        uint64 createdAt;
        uint32 maxNodes;
        uint64 startedAt;
        uint64 endedAt;
        uint64 endsBy;
        string requirements;
        string discoveryUri;
    }

    uint256 private _count;
    mapping(uint256 run => Run) private _runs;
    mapping(address owner => uint256[]) private _owned;

    event RunCreated(
        uint256 indexed run,
        address indexed owner,
        address indexed manager,
        uint32 maxNodes,
        uint96 maxUnits,
        uint64 endsBy,
        string requirements,
        string discoveryUri
    );
    event RunStarted(uint256 indexed run);
    event RunEnded(uint256 indexed run, address indexed by);
    event RunExtended(uint256 indexed run, uint64 endsBy);
    event RunManagerChanged(uint256 indexed run, address indexed manager);
    event RunLimitsChanged(uint256 indexed run, uint32 maxNodes, uint96 maxUnits);
    event RunRequirementsChanged(uint256 indexed run, string requirements);
    event RunDiscoveryChanged(uint256 indexed run, string discoveryUri);

    error Runs_Unknown(uint256 run);
    error Runs_NotOwner(uint256 run, address account);
    error Runs_NotManager(uint256 run, address account);
    error Runs_WrongStatus(uint256 run, RunStatus status);
    error Runs_ZeroManager();
    error Runs_ZeroLimit();
    error Runs_EndInThePast(uint64 endsBy, uint256 time);
    error Runs_EndBroughtForward(uint64 endsBy, uint64 current);

    modifier onlyOwner(uint256 run) {
        _known(run);
        if (msg.sender != _runs[run].owner) revert Runs_NotOwner(run, msg.sender);
        _;
    }

    modifier onlyManager(uint256 run) {
        _known(run);
        if (!_manages(run, msg.sender)) revert Runs_NotManager(run, msg.sender);
        _;
    }

    constructor(Governance memory governance) Governed(governance) {}

    function create(Terms calldata terms) external whenNotPaused returns (uint256 run) {
        if (terms.manager == address(0)) revert Runs_ZeroManager();
        _checkLimits(terms.maxNodes, terms.maxUnits);
        if (terms.endsBy <= block.timestamp) revert Runs_EndInThePast(terms.endsBy, block.timestamp);
        Bounds.document(terms.requirements);
        Bounds.text(terms.discoveryUri);
        run = ++_count;
        _runs[run] = Run({
            owner: msg.sender,
            maxUnits: terms.maxUnits,
            manager: terms.manager,
            createdAt: uint64(block.timestamp),
            maxNodes: terms.maxNodes,
            startedAt: 0,
            endedAt: 0,
            endsBy: terms.endsBy,
            requirements: terms.requirements,
            discoveryUri: terms.discoveryUri
        });
        _owned[msg.sender].push(run);
        emit RunCreated(
            run,
            msg.sender,
            terms.manager,
            terms.maxNodes,
            terms.maxUnits,
            terms.endsBy,
            terms.requirements,
            terms.discoveryUri
        );
    }

    function start(uint256 run) external whenNotPaused onlyManager(run) {
        _require(run, RunStatus.PENDING);
        _runs[run].startedAt = uint64(block.timestamp);
        emit RunStarted(run);
    }

    /// Frees every node of the run by this one write. Owners and managers end theirs, operators any.
    function end(uint256 run) external {
        _known(run);
        if (!_manages(run, msg.sender) && !hasRole(OPERATOR_ROLE, msg.sender)) revert Runs_NotManager(run, msg.sender);
        if (_status(run) == RunStatus.ENDED) revert Runs_WrongStatus(run, RunStatus.ENDED);
        _runs[run].endedAt = uint64(block.timestamp);
        emit RunEnded(run, msg.sender);
    }

    /// Later only: nodes joined for the time that was promised.
    function extend(uint256 run, uint64 endsBy) external whenNotPaused onlyOwner(run) {
        _notEnded(run);
        if (endsBy <= _runs[run].endsBy) revert Runs_EndBroughtForward(endsBy, _runs[run].endsBy);
        _runs[run].endsBy = endsBy;
        emit RunExtended(run, endsBy);
    }

    /// Invites of the old manager are void at once.
    function setManager(uint256 run, address manager) external onlyOwner(run) {
        if (manager == address(0)) revert Runs_ZeroManager();
        _notEnded(run);
        _runs[run].manager = manager;
        emit RunManagerChanged(run, manager);
    }

    function setLimits(uint256 run, uint32 maxNodes, uint96 maxUnits) external onlyOwner(run) {
        _checkLimits(maxNodes, maxUnits);
        _notEnded(run);
        _runs[run].maxNodes = maxNodes;
        _runs[run].maxUnits = maxUnits;
        emit RunLimitsChanged(run, maxNodes, maxUnits);
    }

    /// Before the start only: what nodes agreed to does not change under them.
    function setRequirements(uint256 run, string calldata requirements) external onlyOwner(run) {
        Bounds.document(requirements);
        _require(run, RunStatus.PENDING);
        _runs[run].requirements = requirements;
        emit RunRequirementsChanged(run, requirements);
    }

    function setDiscoveryUri(uint256 run, string calldata discoveryUri) external onlyManager(run) {
        Bounds.text(discoveryUri);
        _notEnded(run);
        _runs[run].discoveryUri = discoveryUri;
        emit RunDiscoveryChanged(run, discoveryUri);
    }

    /// Runs are numbered from 1.
    function count() external view returns (uint256) {
        return _count;
    }

    function get(uint256 run) external view returns (Run memory) {
        _known(run);
        return _runs[run];
    }

    function ownedCount(address owner) external view returns (uint256) {
        return _owned[owner].length;
    }

    function owned(address owner, uint256 offset, uint256 limit) external view returns (uint256[] memory page) {
        uint256[] storage all = _owned[owner];
        (uint256 first, uint256 last) = Bounds.slice(all.length, offset, limit);
        page = new uint256[](last - first);
        for (uint256 i = first; i < last; ++i) {
            page[i - first] = all[i];
        }
    }

    function statusOf(uint256 run) external view returns (RunStatus) {
        return _status(run);
    }

    function ownerOf(uint256 run) external view returns (address) {
        return _runs[run].owner;
    }

    function managerOf(uint256 run) external view returns (address) {
        return _runs[run].manager;
    }

    function endOf(uint256 run) external view returns (uint64) {
        Run storage one = _runs[run];
        return one.endedAt != 0 ? one.endedAt : one.endsBy;
    }

    function maxNodesOf(uint256 run) external view returns (uint32) {
        return _runs[run].maxNodes;
    }

    function maxUnitsOf(uint256 run) external view returns (uint96) {
        return _runs[run].maxUnits;
    }

    function _status(uint256 run) private view returns (RunStatus) {
        Run storage one = _runs[run];
        if (one.owner == address(0)) return RunStatus.UNKNOWN;
        if (one.endedAt != 0 || block.timestamp >= one.endsBy) return RunStatus.ENDED;
        return one.startedAt == 0 ? RunStatus.PENDING : RunStatus.OPEN;
    }

    function _manages(uint256 run, address account) private view returns (bool) {
        return account == _runs[run].manager || account == _runs[run].owner;
    }

    function _known(uint256 run) private view {
        if (_runs[run].owner == address(0)) revert Runs_Unknown(run);
    }

    function _require(uint256 run, RunStatus status) private view {
        RunStatus now_ = _status(run);
        if (now_ != status) revert Runs_WrongStatus(run, now_);
    }

    function _notEnded(uint256 run) private view {
        if (_status(run) == RunStatus.ENDED) revert Runs_WrongStatus(run, RunStatus.ENDED);
    }

    function _checkLimits(uint32 maxNodes, uint96 maxUnits) private pure {
        if (maxNodes == 0 || maxUnits == 0) revert Runs_ZeroLimit();
    }
}
