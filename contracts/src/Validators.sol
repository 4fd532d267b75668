// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {EnumerableSet} from "@openzeppelin/contracts/utils/structs/EnumerableSet.sol";
import {Bounds} from "./Bounds.sol";
import {Governed} from "./Governed.sol";
import {IValidators} from "./interfaces/IValidators.sol";
import {IVerdictTarget} from "./interfaces/IVerdictTarget.sol";

/// k of n. Votes are counted over those who are validators when they are counted, so a rotation takes effect at once,
/// in rounds that had begun before it too.
contract Validators is Governed, IValidators {
    using EnumerableSet for EnumerableSet.AddressSet;

    /// Contracts whose subjects may be judged.
    bytes32 public constant TARGET_ROLE = keccak256("TARGET");
    /// Bounds the count of votes, the one loop here.
    uint256 public constant MAX_VALIDATORS = 32;

    struct Tally {
        uint256 approvals;
        uint256 rejections;
    }

    uint256 private _threshold;
    EnumerableSet.AddressSet private _members;
    mapping(bytes32 ballot => mapping(address validator => IVerdictTarget.Verdict)) private _votes;
    mapping(bytes32 ballot => bool) private _decided;

    event ValidatorAdded(address indexed validator);
    event ValidatorRemoved(address indexed validator);
    event ThresholdChanged(uint256 threshold);
    event VoteCast(
        address indexed target,
        bytes32 indexed subject,
        address indexed validator,
        uint64 round,
        IVerdictTarget.Verdict verdict,
        uint16 reason,
        string note
    );
    event VerdictReached(
        address indexed target, bytes32 indexed subject, uint64 round, IVerdictTarget.Verdict verdict, uint16 reason
    );

    error Validators_NotValidator(address account);
    error Validators_AlreadyValidator(address account);
    error Validators_ZeroAddress();
    error Validators_TooMany(uint256 max);
    error Validators_ThresholdOutOfRange(uint256 threshold, uint256 validators);
    error Validators_NotTarget(address target);
    error Validators_NoVerdict();
    error Validators_WrongRound(uint64 given, uint64 current);
    error Validators_AlreadyVoted(address validator, bytes32 subject, uint64 round);
    error Validators_AlreadyDecided(bytes32 subject, uint64 round);
    error Validators_NoQuorum(uint256 votes, uint256 threshold);

    constructor(Governance memory governance, address[] memory members_, uint256 threshold_) Governed(governance) {
        for (uint256 i; i < members_.length; ++i) {
            _add(members_[i]);
        }
        _setThreshold(threshold_);
    }

    function add(address validator) external onlyRole(OPERATOR_ROLE) {
        _add(validator);
    }

    function remove(address validator) external onlyRole(OPERATOR_ROLE) {
        _remove(validator);
        if (_members.length() < _threshold) {
            revert Validators_ThresholdOutOfRange(_threshold, _members.length());
        }
    }

    /// The old one's votes count no more, the new one may vote in open rounds.
    function replace(address old, address validator) external onlyRole(OPERATOR_ROLE) {
        _remove(old);
        _add(validator);
    }

    function setThreshold(uint256 threshold_) external onlyRole(PARAMETER_ROLE) {
        _setThreshold(threshold_);
    }

    /// One vote per validator, subject and round. The vote that makes the quorum carries the verdict out.
    function cast(
        address target,
        bytes32 subject,
        uint64 round,
        IVerdictTarget.Verdict verdict,
        uint16 reason,
        string calldata note
    ) external whenNotPaused {
        if (!_members.contains(msg.sender)) revert Validators_NotValidator(msg.sender);
        if (verdict == IVerdictTarget.Verdict.NONE) revert Validators_NoVerdict();
        Bounds.text(note);
        bytes32 ballot = _open(target, subject, round, verdict);
        if (_votes[ballot][msg.sender] != IVerdictTarget.Verdict.NONE) {
            revert Validators_AlreadyVoted(msg.sender, subject, round);
        }
        _votes[ballot][msg.sender] = verdict;
        emit VoteCast(target, subject, msg.sender, round, verdict, reason, note);
        if (_count(ballot, verdict) >= _threshold) {
            _decide(ballot, target, subject, round, verdict, reason);
        }
    }

    /// Carries out a verdict that a rotation or a lower threshold made a quorum of without another vote. Anyone may.
    function settle(address target, bytes32 subject, uint64 round, IVerdictTarget.Verdict verdict)
        external
        whenNotPaused
    {
        if (verdict == IVerdictTarget.Verdict.NONE) revert Validators_NoVerdict();
        bytes32 ballot = _open(target, subject, round, verdict);
        uint256 votes = _count(ballot, verdict);
        if (votes < _threshold) revert Validators_NoQuorum(votes, _threshold);
        _decide(ballot, target, subject, round, verdict, 0);
    }

    function isValidator(address account) external view returns (bool) {
        return _members.contains(account);
    }

    function threshold() external view returns (uint256) {
        return _threshold;
    }

    function count() external view returns (uint256) {
        return _members.length();
    }

    function list(uint256 offset, uint256 limit) external view returns (address[] memory) {
        return Bounds.page(_members, offset, limit);
    }

    function voteOf(address target, bytes32 subject, uint64 round, address validator)
        external
        view
        returns (IVerdictTarget.Verdict)
    {
        return _votes[_ballot(target, subject, round)][validator];
    }

    /// Votes of those who are validators now.
    function tallyOf(address target, bytes32 subject, uint64 round) external view returns (Tally memory) {
        bytes32 ballot = _ballot(target, subject, round);
        return Tally(_count(ballot, IVerdictTarget.Verdict.APPROVED), _count(ballot, IVerdictTarget.Verdict.REJECTED));
    }

    function _open(address target, bytes32 subject, uint64 round, IVerdictTarget.Verdict verdict)
        private
        view
        returns (bytes32 ballot)
    {
        if (!hasRole(TARGET_ROLE, target)) revert Validators_NotTarget(target);
        uint64 current = IVerdictTarget(target).roundOf(subject, verdict);
        if (round != current) revert Validators_WrongRound(round, current);
        ballot = _ballot(target, subject, round);
        if (_decided[ballot]) revert Validators_AlreadyDecided(subject, round);
    }

    function _decide(
        bytes32 ballot,
        address target,
        bytes32 subject,
        uint64 round,
        IVerdictTarget.Verdict verdict,
        uint16 reason
    ) private {
        _decided[ballot] = true;
        emit VerdictReached(target, subject, round, verdict, reason);
        IVerdictTarget(target).onVerdict(subject, verdict, reason);
    }

    function _count(bytes32 ballot, IVerdictTarget.Verdict verdict) private view returns (uint256 votes) {
        uint256 members = _members.length();
        for (uint256 i; i < members; ++i) {
            if (_votes[ballot][_members.at(i)] == verdict) ++votes;
        }
    }

    function _ballot(address target, bytes32 subject, uint64 round) private pure returns (bytes32) {
        return keccak256(abi.encode(target, subject, round));
    }

    function _add(address validator) private {
        if (validator == address(0)) revert Validators_ZeroAddress();
        if (_members.length() == MAX_VALIDATORS) revert Validators_TooMany(MAX_VALIDATORS);
        if (!_members.add(validator)) revert Validators_AlreadyValidator(validator);
        emit ValidatorAdded(validator);
    }

    function _remove(address validator) private {
        if (!_members.remove(validator)) revert Validators_NotValidator(validator);
        emit ValidatorRemoved(validator);
    }

    function _setThreshold(uint256 threshold_) private {
        if (threshold_ == 0 || threshold_ > _members.length()) {
            revert Validators_ThresholdOutOfRange(threshold_, _members.length());
        }
        _threshold = threshold_;
        emit ThresholdChanged(threshold_);
    }
}
